import assert from 'node:assert/strict';
import { type AdoptedRef, adoptableKinds } from '../../src/api/adoption.ts';
import type { Owner } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import { boundLabel, idLabel, idPrefix, ownerLabels } from '../../src/model/ownership.ts';
import type { DesiredObject, JsonObject, ObservedObject } from '../../src/model/remote-object.ts';
import { type AdoptionSituation, planAdoption } from '../../src/plan/gateway/adoption.ts';
import { gatewayChanges, withAdoptions } from '../../src/plan/gateway/changes.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };
const object = (kind: string, role: string, fields: JsonObject, claims?: readonly string[]): DesiredObject => ({
  kind,
  id: `${idPrefix(owner)}-${role}`,
  body: { ...fields, labels: ownerLabels(owner) },
  writeOnly: ['key'],
  ...(claims && { claims }),
});
const theirs = (kind: string, id: string, body: JsonObject = {}, claims?: readonly string[]): ObservedObject => ({
  kind,
  id,
  body: { id, ...body },
  labels: {},
  ...(claims && { claims }),
});

const sni = object('snis', 'sni', { domain: 'test.com' }, ['test.com']);
const service = object('services', 'service', { name: 'hello', upstream: {} });
const route = object('routes', 'route', { name: 'hello', paths: ['/hello'], methods: ['GET'] });
const ssl = object('ssls', 'server', { snis: ['a.test', 'test.com'], client: { ca: 'A', depth: 1 } }, [
  'a.test',
  'test.com',
]);
const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

interface Case {
  readonly name: string;
  readonly named: readonly (readonly ObservedObject[])[];
  readonly refs?: readonly string[];
  readonly trusts?: readonly string[] | undefined;
  readonly situation?: Partial<AdoptionSituation>;
  readonly want: readonly (string | RegExp)[];
}

const refOf = (text: string): AdoptedRef => {
  const [kind = '', id = ''] = text.split('/');
  return { kind: adoptableKinds.find((one) => one === kind) ?? 'snis', id };
};

const plan = ({ named, refs = [], situation = {}, ...rest }: Case) => {
  const { trusts } = { trusts: [], ...rest };
  const names = named.map((found, index) => ({
    ref: refOf(refs[index] ?? `${found[0]?.kind}/${found[0]?.id}`),
    found,
    trusts,
  }));
  const { adoptions, refusals } = planAdoption(names, {
    desired: [sni, ssl, service, route],
    inventory: new LiveInventory(['snis'], []),
    owner,
    trust: [],
    may: () => true,
    served: false,
    outdone: false,
    ...situation,
  });
  return [...adoptions.map(({ object, from }) => `${from.id} as ${object.id.replace(/^mtls-\w+-/, '')}`), ...refusals];
};

const elsewhere = (owner: Owner) => ({ ...theirs('snis', 'x', {}, ['test.com']), labels: ownerLabels(owner) });
const mine = { ...ownerLabels(owner), [idLabel]: sni.id, [boundLabel]: 'x' };

describe('what is taken over at a gateway', () => {
  const cases: readonly Case[] = [
    { name: 'an SNI of the host', named: [[theirs('snis', 'x', {}, ['test.com'])]], want: ['x as sni'] },
    {
      name: 'an ssls of one of the hosts',
      named: [[theirs('ssls', 'x', { type: 'server' }, ['test.com'])]],
      want: ['x as server'],
    },
    {
      name: 'a service with its route, which is found by its name or by what it takes',
      named: [
        [theirs('services', 's', { name: 'any' }), theirs('routes', 'r')],
        [theirs('routes', 'r', { service_id: 's', name: 'any', paths: ['/hello'], methods: ['GET'] })],
      ],
      want: ['s as service', 'r as route'],
    },
    {
      name: 'a route of Apache APISIX',
      named: [[theirs('routes', 'r', { name: 'hello', uri: '/hello', methods: ['GET'] })]],
      want: ['r as route'],
    },
    {
      name: 'nothing again that was taken over before',
      named: [[{ ...theirs('snis', 'x', {}, ['test.com']), labels: mine }]],
      want: [],
    },
    {
      name: 'nothing that was taken over before and is gone',
      named: [[]],
      refs: ['snis/x'],
      situation: { served: true },
      want: [],
    },
    {
      name: 'with its clients, where their CA goes on',
      named: [[theirs('ssls', 'x', {}, ['test.com'])]],
      trusts: [pem('AB\nCD')],
      situation: { trust: [pem('XX'), pem('A\r\nBCD')] },
      want: ['x as server'],
    },
    { name: 'not one that is not there', named: [[]], refs: ['snis/x'], want: ['snis/x is not in this gateway group'] },
    {
      name: 'not one that the administrator has not permitted',
      named: [[theirs('snis', 'x', {}, ['test.com'])]],
      situation: { may: () => false },
      want: [
        'snis/x is not in this gateway group, or this namespace may not take it over: ask the administrator to permit it in the configuration of the operator (adoption)',
      ],
    },
    {
      name: 'not one of others, in the same words where it is not there',
      named: [[]],
      refs: ['snis/x'],
      situation: { may: () => false },
      want: [
        'snis/x is not in this gateway group, or this namespace may not take it over: ask the administrator to permit it in the configuration of the operator (adoption)',
      ],
    },
    {
      name: 'not one for a host that an older resource asks for, which is told as a conflict',
      named: [[theirs('snis', 'x', {}, ['other.com'])]],
      situation: { outdone: true },
      want: [],
    },
    {
      name: 'not one of another resource',
      named: [[elsewhere({ ...owner, name: 'other' })]],
      want: ['snis/x belongs to somebody else, who copied the labels of MtlsGateway shop/other'],
    },
    {
      name: 'not one of an older resource that asks for the same, which is told as a conflict',
      named: [[elsewhere({ ...owner, name: 'other' })]],
      situation: { outdone: true },
      want: [],
    },
    {
      name: 'not one of another cluster',
      named: [[{ ...elsewhere({ ...owner, cluster: 'd' }), id: `${idPrefix({ ...owner, cluster: 'd' })}-sni` }]],
      want: [`snis/${idPrefix({ ...owner, cluster: 'd' })}-sni belongs to MtlsGateway shop/web`],
    },
    {
      name: 'not one for a host that the spec does not have',
      named: [[theirs('snis', 'x', {}, ['other.com'])]],
      want: ['snis/x matches no object that the spec asks for'],
    },
    {
      name: 'not one that serves another host too',
      named: [[theirs('ssls', 'x', {}, ['test.com', 'other.com'])]],
      want: ['ssls/x also serves other.com, which is not in spec.hosts'],
    },
    {
      name: 'not one beside an object of ours',
      named: [[theirs('snis', 'x', {}, ['test.com'])]],
      situation: { inventory: new LiveInventory(['snis'], [{ ...sni, labels: ownerLabels(owner) }]) },
      want: ['this resource already has its own object in place of snis/x'],
    },
    {
      name: 'not two for one of ours',
      named: [[theirs('ssls', 'x', {}, ['test.com'])], [theirs('ssls', 'y', {}, ['a.test'])]],
      want: [
        'x as server',
        'y as server',
        'ssls/x and ssls/y match the same object of the spec: name only one of them',
      ],
    },
    {
      name: 'not a service whose routes were not named',
      named: [[theirs('services', 's'), ...'123456'.split('').map((id) => theirs('routes', id))]],
      want: [
        'services/s has routes/1, routes/2, routes/3, routes/4, routes/5 and 1 more, which the annotation has to name too',
      ],
    },
    ...[
      { takes: 'paths', body: { paths: ['/hello', '/more'], methods: ['GET'] } },
      { takes: 'methods', body: { paths: ['/hello'], methods: ['GET', 'POST'] } },
      { takes: 'methods', body: { paths: ['/hello'] } },
    ].map(({ takes, body }) => ({
      name: `not a route that takes more ${takes}`,
      named: [[theirs('routes', 'r', { name: 'hello', ...body })]],
      want: [`routes/r matches ${takes} that are not in the spec`],
    })),
    ...[{ plugins: { 'key-auth': {} } }, { path_prefix: '/api' }, { vars: [['a', '==', 'b']] }].map((extra) => ({
      name: `not one with ${Object.keys(extra)}, which would be lost`,
      named: [[theirs('services', 's', extra)]],
      want: [`services/s has ${Object.keys(extra)}, which would be lost`],
    })),
    ...[
      { body: { client: { ca: 'A', depth: 3 } }, says: 'accepts client certificates with up to 3 intermediates' },
      { body: { client: { ca: 'A', skip_mtls_uri_regex: ['^/x'] } }, says: 'exempts paths from client verification' },
    ].map(({ body, says }) => ({
      name: `not one that ${says}`,
      named: [[theirs('ssls', 'x', body, ['test.com'])]],
      want: [new RegExp(`^ssls/x ${says}: `)],
    })),
    {
      name: 'not one whose clients nobody can know',
      named: [[theirs('ssls', 'x', {}, ['test.com'])]],
      trusts: undefined,
      want: ['ssls/x refers to CA certificates that cannot be read'],
    },
    {
      name: 'not one whose clients would be refused',
      named: [[theirs('ssls', 'x', {}, ['test.com'])]],
      trusts: [pem('OLD')],
      situation: { trust: [pem('NEW')] },
      want: [
        'ssls/x accepts clients of a CA that the spec does not trust: add it to spec.ca or spec.clientTrust first',
      ],
    },
  ];
  for (const one of cases) {
    it(`is ${one.name}`, () => {
      const said = plan(one);
      assert.equal(said.length, one.want.length, said.join('\n'));
      for (const [index, want] of one.want.entries()) {
        if (typeof want === 'string') assert.equal(said[index], want);
        else assert.match(said[index] ?? '', want);
      }
    });
  }

  it('is put in the place of what is missing, and of nothing else', () => {
    const from = theirs('snis', 'x', {}, ['test.com']);
    const changes = (seen: readonly ObservedObject[]) =>
      withAdoptions(gatewayChanges(new LiveInventory(['snis'], seen), [sni], owner), [{ object: sni, from }]);
    assert.deepEqual(changes([from]), [{ type: 'put', object: sni, because: 'adopted', from }]);
    const edited = { ...theirs('snis', sni.id, { domain: 'edited' }, ['test.com']), labels: ownerLabels(owner) };
    assert.equal(
      changes([edited]).some((change) => change.type === 'put' && change.because === 'adopted'),
      false,
    );
  });
});
