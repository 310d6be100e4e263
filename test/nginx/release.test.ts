import assert from 'node:assert/strict';
import { parseRelease } from '../../src/api/nginx/release.ts';
import type { Place } from '../../src/nginx/place.ts';
import { printRelease, type Release, renderRelease } from '../../src/nginx/release.ts';
import { parse } from './nginx-parser.ts';
import { aSpec, buildSpec, purpose, renderSpec } from './specs.ts';

const hash = 'a'.repeat(64);

function aRelease(change: object = {}): Release {
  const built = buildSpec(aSpec());
  assert.ok(built.ok);
  const { nginx, fingerprint } = built.value;
  const { verifyDepth, namespace } = purpose;
  return { format: 1, nginx, verifyDepth, namespace, fingerprint, leaf: hash, trust: hash, ...change };
}

const place: Place = { directory: 'tls', canSwapLeaf: false, canKeepIdle: false };
const directives = (text: string, name: string) =>
  parse(text).flatMap(({ body = [] }) => body.filter((inner) => inner.name === name).map(({ args }) => args));

describe('a release for an agent', () => {
  it('comes back as it was printed', () => {
    assert.deepEqual(parseRelease(printRelease(aRelease())), { ok: true, value: aRelease() });
  });

  it('is the text of the ConfigMap, where it lies as the fields say', () => {
    assert.equal(renderRelease(aRelease(), place), renderSpec(aSpec()));
  });

  it('has the leaf in a variable where NGINX can swap it', () => {
    const text = renderRelease(aRelease(), { ...place, directory: '/run/current', canSwapLeaf: true });
    const [map] = parse(text);
    const variable = map?.args[1] ?? '';
    assert.match(variable, /^\$mtls_operator_leaf_[0-9a-f]{16}$/);
    assert.deepEqual(map?.body, [{ name: 'default', args: ['/run/current'] }]);
    assert.deepEqual(directives(text, 'ssl_certificate'), [[`${variable}/tls.crt`]]);
    assert.deepEqual(directives(text, 'ssl_certificate_key'), [[`${variable}/tls.key`]]);
    assert.deepEqual(directives(text, 'ssl_client_certificate'), [['/run/current/ca.crt']]);
  });

  it('tells the release and the worker to the agent alone', () => {
    const agent = { listen: '127.0.0.1:9901', release: 'b'.repeat(16) };
    const [, own] = parse(renderRelease(aRelease(), { ...place, agent }));
    const { resource, config } = aRelease().fingerprint;
    const answer = { name: 'return', args: ['200', `mtls-operator ${resource} ${config} ${agent.release} $pid`] };
    assert.deepEqual(own?.body?.at(-1), { name: 'location', args: ['/'], body: [answer] });
    assert.deepEqual(own?.body?.[0], { name: 'listen', args: [agent.listen, 'ssl'] });
  });

  it('has the list of revoked certificates checked, by the agent too', () => {
    const release = aRelease({ format: 2, revoked: hash });
    assert.deepEqual(parseRelease(printRelease(release)), { ok: true, value: release });
    const agent = { listen: '127.0.0.1:9901', release: 'b'.repeat(16) };
    const text = renderRelease(release, { ...place, directory: '/run/current', agent });
    assert.deepEqual(directives(text, 'ssl_crl'), [['/run/current/ca.crl'], ['/run/current/ca.crl']]);
    assert.deepEqual(directives(renderRelease(aRelease(), place), 'ssl_crl'), []);
  });

  it('keeps idle connections over a reload where NGINX can', () => {
    const text = renderRelease(aRelease(), { ...place, canKeepIdle: true });
    assert.deepEqual(directives(text, 'keepalive_min_timeout'), [['10s']]);
  });

  it('rejects unknown names in a whole file, unless the fields say otherwise', () => {
    const whole = { ...place, whole: { pid: '/run/nginx.pid', temp: '/run' } };
    assert.match(renderRelease(aRelease(), whole), /ssl_reject_handshake on;/);
    const serving = aRelease({ nginx: aSpec({ unknownNames: 'Serve' }) });
    assert.doesNotMatch(renderRelease(serving, whole), /ssl_reject_handshake/);
  });

  for (const { name, text, message } of [
    { name: 'no JSON', text: 'server {}', message: /^release.json: is not JSON$/ },
    { name: 'nothing', text: '', message: /^release.json: is not JSON$/ },
    { name: 'a list', text: '[]', message: /^release.json/ },
    { name: 'a newer format', text: '{"format": 3}', message: /: update the agent$/ },
    { name: 'an older format', text: '{"format": 0}', message: /^release.json/ },
    {
      name: 'a certificate without a hash',
      text: JSON.stringify(aRelease({ leaf: 'x' })),
      message: /^release.json.leaf/,
    },
    {
      name: 'a list without a hash',
      text: JSON.stringify(aRelease({ format: 2, revoked: 'x' })),
      message: /^release.json.revoked/,
    },
    {
      name: 'fields outside the grammar',
      text: JSON.stringify(aRelease({ nginx: aSpec({ serverName: 'a;b' }) })),
      message: /^release.json.nginx.serverName/,
    },
    {
      name: 'a fingerprint that is text',
      text: JSON.stringify(aRelease({ fingerprint: { resource: '"; root /; #', config: hash } })),
      message: /^release.json.fingerprint.resource/,
    },
    {
      name: 'a namespace that is text',
      text: JSON.stringify(aRelease({ namespace: 'a;b' })),
      message: /^release.json.namespace/,
    },
  ]) {
    it(`is refused as ${name}`, () => {
      const parsed = parseRelease(text);
      assert.ok(!parsed.ok);
      assert.match(parsed.findings[0]?.message ?? '', message);
      assert.doesNotMatch(JSON.stringify(parsed), /a;b|root \//);
    });
  }
});
