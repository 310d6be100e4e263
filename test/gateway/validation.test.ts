import assert from 'node:assert/strict';
import { questionFor, refusedIn } from '../../src/gateway/validation.ts';
import type { DesiredObject, Json, JsonObject } from '../../src/model/remote-object.ts';

const object = (kind: string, id: string, body: JsonObject): DesiredObject => ({ kind, id, body, writeOnly: [] });

describe('what a control plane is asked before a change', () => {
  it('is every object of a kind that it judges, by kind and with its id', () => {
    const objects = [
      object('routes', 'r', { uris: ['/'] }),
      object('ssls', 'a', { snis: ['a.test'] }),
      object('snis', 's', { domain: 'a.test' }),
      object('ssls', 'b', { snis: ['b.test'] }),
    ];
    assert.deepEqual(questionFor(objects), {
      ssls: [
        { id: 'a', snis: ['a.test'] },
        { id: 'b', snis: ['b.test'] },
      ],
      routes: [{ id: 'r', uris: ['/'] }],
    });
  });

  it('is nothing where it judges none of them', () => {
    assert.equal(questionFor([object('snis', 's', {}), object('certificates', 'c', {})]), undefined);
    assert.equal(questionFor([]), undefined);
  });

  for (const { what, upstream, asked } of [
    {
      what: 'leaves out a client certificate that comes with the same change',
      upstream: { scheme: 'https', tls: { client_cert_id: 'new', verify: true } },
      asked: { scheme: 'https', tls: { verify: true } },
    },
    { what: 'keeps one that is there', upstream: { tls: { client_cert_id: 'old' } } },
    { what: 'keeps an upstream without TLS', upstream: { scheme: 'http' } },
    { what: 'keeps TLS without a certificate', upstream: { tls: { verify: true } } },
    { what: 'keeps what is no upstream', upstream: 'elsewhere' },
  ] as const) {
    it(what, () => {
      const question = questionFor([
        object('ssls', 'new', { cert: 'PEM' }),
        object('services', 's', { name: 'shop', upstream }),
      ]);
      assert.deepEqual(question?.['services'], [{ id: 's', name: 'shop', upstream: asked ?? upstream }]);
    });
  }
});

describe('what a control plane would refuse', () => {
  for (const { what, answer, want } of [
    {
      what: 'is named by kind, each once, in our order',
      answer: { errors: [{ resource_type: 'routes' }, { resource_type: 'ssls' }, { resource_type: 'routes' }] },
      want: ['ssls', 'routes'],
    },
    {
      what: 'is not what is no kind of ours',
      answer: { errors: [{ resource_type: 'SECRET' }] },
      want: ['the objects'],
    },
    { what: 'is the objects where an error is a text', answer: { errors: ['ssls'] }, want: ['the objects'] },
    { what: 'is the objects where errors are no list', answer: { errors: 'ssls' }, want: ['the objects'] },
    { what: 'is the objects where nothing is said', answer: {}, want: ['the objects'] },
    { what: 'is the objects where the answer is a text', answer: 'ssls', want: ['the objects'] },
    { what: 'is the objects where the answer is empty', answer: null, want: ['the objects'] },
  ] satisfies readonly { what: string; answer: Json; want: readonly string[] }[]) {
    it(what, () => assert.deepEqual(refusedIn(answer), want));
  }
});
