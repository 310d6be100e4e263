import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Resource } from '../../src/api/kinds.ts';
import type { Tenant } from '../../src/api/tenants.ts';
import type { ObservedObject } from '../../src/model/remote-object.ts';
import type { Claimant } from '../../src/plan/gateway/claims.ts';
import { describeRefusal, refusalsIn } from '../../src/plan/gateway/host-rights.ts';
import {
  concernedHosts,
  covers,
  doMeet,
  everyHost,
  hostIndexOf,
  meetingIndexOf,
} from '../../src/plan/gateway/hosts.ts';
import type { Policy } from '../../src/plan/gateway/tenants.ts';
import { cpuMilliseconds } from '../harness/spend.ts';
import { tenancy } from './tenancy.ts';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;

interface Given {
  readonly namespace: string;
  readonly name?: string;
  readonly created?: number;
  readonly hosts: readonly string[];
  readonly gatewayRef?: object;
}

function resource(kind: string, { namespace, name = namespace, created = 0 }: Given, spec: object): Resource<unknown> {
  const creation = { uid: name, resourceVersion: '1', generation: 1, creationTimestamp: at(created) };
  return { kind, metadata: { namespace, name, ...creation }, spec, status: {} };
}

const gateway = ({ hosts, gatewayRef = {}, ...more }: Given) =>
  resource('MtlsGateway', { hosts, ...more }, { gatewayRef, hosts });
const upstream = ({ hosts, gatewayRef = {}, ...more }: Given) =>
  resource('MtlsUpstream', { hosts, ...more }, { gatewayRef, service: { hosts, routes: [{ name: 'r' }] } });

type Held = Readonly<Record<string, Partial<ObservedObject>>>;

/** Refused hosts by the name of the resource; everybody is found for everybody. */
function refusals(all: readonly Claimant[], held: Held = {}, policy?: Policy) {
  const heldFor = ({ metadata: { name } }: Claimant) => {
    const found = held[name];
    return found === undefined ? [] : [{ kind: 'k', id: name, body: {}, labels: {}, ...found }];
  };
  const refused = refusalsIn({ around: () => all, heldFor, policyOf: () => policy });
  return all.flatMap((one) => concernedHosts(one).flatMap((host) => refused(one, host) ?? []));
}
const refusedIn = (all: readonly Claimant[], held: Held = {}, policy?: Policy) =>
  refusals(all, held, policy).map(({ host }) => host);

describe('hosts', () => {
  for (const { wide, narrow, want } of [
    { wide: 'a.test', narrow: 'a.test', want: true },
    { wide: '*.test', narrow: 'a.test', want: true },
    { wide: '*.test', narrow: 'b.a.test', want: true },
    { wide: '*.test', narrow: '*.a.test', want: true },
    { wide: '*.a.test', narrow: '*.test', want: false },
    { wide: '*.a.test', narrow: 'a.test', want: false },
    { wide: '*.a.test', narrow: 'b.aa.test', want: false },
    { wide: '*.a.test', narrow: 'ba.test', want: false },
    { wide: 'a.test', narrow: '*.test', want: false },
    { wide: everyHost, narrow: '*.test', want: true },
    { wide: everyHost, narrow: everyHost, want: true },
    { wide: '*.test', narrow: everyHost, want: false },
  ]) {
    it(`${wide} ${want ? 'covers' : 'does not cover'} ${narrow}`, () => assert.equal(covers(wide, narrow), want));
  }

  it('are compared in one spelling, and are every host where a service names none', () => {
    assert.deepEqual(concernedHosts(gateway({ namespace: 'a', hosts: ['A.Test.', '*.XN--80AK6AA92E.com'] })), [
      'a.test',
      '*.xn--80ak6aa92e.com',
    ]);
    assert.deepEqual(concernedHosts(upstream({ namespace: 'a', hosts: [] })), [everyHost]);
    for (const spec of [undefined, 1, {}, { hosts: 1 }, { hosts: [1] }]) {
      assert.deepEqual(concernedHosts({ ...gateway({ namespace: 'a', hosts: [] }), spec }), []);
    }
  });

  it('that meet are found by each other, however many labels they have', () => {
    const label = fc.constantFrom('a', 'b');
    const name = fc.array(label, { minLength: 1, maxLength: 12 }).map((labels) => [...labels, 'test'].join('.'));
    const host = fc.oneof(
      name,
      name.map((domain) => `*.${domain}`),
    );
    fc.assert(
      fc.property(host, host, fc.boolean(), (mine, theirs, isEveryHost) => {
        const one = gateway({ namespace: 'a', hosts: [mine] });
        const other = isEveryHost
          ? upstream({ namespace: 'b', hosts: [] })
          : gateway({ namespace: 'b', hosts: [theirs] });
        const finds = (from: Claimant, to: Claimant) =>
          concernedHosts(from).some((its) => meetingIndexOf(from, its).some((key) => hostIndexOf(to).includes(key)));
        if (!concernedHosts(other).some((its) => doMeet(mine, its))) return;
        assert.ok(finds(one, other) && finds(other, one));
      }),
      { numRuns: 1000 },
    );
  });

  it('of a name with very many labels do not fill an index', () => {
    const long = Array.from({ length: 127 }, () => 'a').join('.');
    assert.ok(hostIndexOf(gateway({ namespace: 'a', hosts: [long] })).length <= 10);
  });
});

describe('a host of another namespace', () => {
  const victim = (hosts: readonly string[], created = 1) => gateway({ namespace: 'victim', hosts, created });
  const attacker = (hosts: readonly string[], created = 2) => gateway({ namespace: 'attacker', hosts, created });
  const route = (hosts: readonly string[], created = 2) => upstream({ namespace: 'attacker', hosts, created });

  for (const { name, all, want } of [
    {
      name: 'an exact name below its wildcard',
      all: [victim(['*.a.test']), attacker(['pay.a.test'])],
      want: ['pay.a.test'],
    },
    {
      name: 'a name two labels below',
      all: [victim(['*.a.test']), attacker(['x.pay.a.test'])],
      want: ['x.pay.a.test'],
    },
    { name: 'a wildcard below', all: [victim(['*.a.test']), attacker(['*.pay.a.test'])], want: ['*.pay.a.test'] },
    { name: 'a wildcard above', all: [victim(['pay.a.test']), attacker(['*.a.test'])], want: ['*.a.test'] },
    { name: 'a route at it', all: [victim(['a.test']), route(['a.test'])], want: ['a.test'] },
    { name: 'a route below it', all: [victim(['*.a.test']), route(['pay.a.test'])], want: ['pay.a.test'] },
    { name: 'a route of a wildcard above it', all: [victim(['a.b.c.test']), route(['*.c.test'])], want: ['*.c.test'] },
    { name: 'a route without hosts', all: [victim(['a.test']), route([])], want: [everyHost] },
    {
      name: 'a route at it beside others',
      all: [victim(['a.test']), route(['b.test', 'a.test', '*.test'])],
      want: ['a.test', '*.test'],
    },
    {
      name: 'an MtlsGateway where a route was first',
      all: [attacker(['a.test'], 3), upstream({ namespace: 'victim', hosts: ['a.test'], created: 1 })],
      want: ['a.test'],
    },
  ]) {
    it(`refuses ${name}`, () => {
      for (const order of [all, all.toReversed()]) assert.deepEqual(refusedIn(order), want);
    });
  }

  for (const { name, all } of [
    { name: 'a name beside its wildcard', all: [victim(['*.a.test']), attacker(['a.test', 'aa.test', 'b.test'])] },
    { name: 'its own namespace', all: [victim(['*.a.test']), { ...attacker(['x.a.test']), ...own('victim') }] },
    { name: 'a route of its own namespace', all: [victim(['*.a.test']), { ...route([]), ...own('victim') }] },
    {
      name: 'another gateway group',
      all: [victim(['*.a.test']), gateway({ namespace: 'attacker', hosts: ['x.a.test'], gatewayRef: { group: 'b' } })],
    },
    {
      name: 'the same name, which claims decide',
      all: [victim(['a.test', '*.b.test']), attacker(['a.test', '*.b.test'])],
    },
    {
      name: 'several routes where no MtlsGateway is',
      all: [route([]), route(['a.test']), upstream({ namespace: 'victim', hosts: ['a.test', '*.test'] })],
    },
  ]) {
    it(`does not refuse ${name}`, () => assert.deepEqual(refusedIn(all), []));
  }

  it('is kept by who is served, however old the other claim is', () => {
    const all = [victim(['*.a.test'], 9), attacker(['pay.a.test'], 1), route([], 1)];
    assert.deepEqual(refusedIn(all, { victim: { claims: ['*.a.test'] } }), ['pay.a.test', everyHost]);
  });

  it('is kept by who has a route there, and a service for every host by who has one for every host', () => {
    const all = [victim(['a.test'], 1), route([], 9)];
    const requests = (hosts: readonly string[]) => ({ methods: ['GET'], hosts, paths: ['/'] });
    assert.deepEqual(refusedIn(all, { attacker: { requests: requests([]) } }), ['a.test']);
    assert.deepEqual(refusedIn(all, { attacker: { requests: requests(['b.test']) } }), [everyHost]);
  });

  it('is taken by nobody who is refused himself', () => {
    const first = gateway({ namespace: 'first', hosts: ['x.a.test'], created: 1 });
    const second = gateway({ namespace: 'second', hosts: ['*.a.test'], created: 2 });
    const third = gateway({ namespace: 'third', hosts: ['y.a.test'], created: 3 });
    assert.deepEqual(refusedIn([first, second, third]), ['*.a.test']);
  });

  it('is never shared, whatever is there', () => {
    const hosts = fc.subarray(['a.test', '*.test', 'b.a.test', '*.a.test'], { minLength: 1 });
    const one = fc.record({
      kind: fc.constantFrom(gateway, upstream),
      namespace: fc.constantFrom('a', 'b', 'c'),
      name: fc.constantFrom('1', '2', '3', '4', '5'),
      created: fc.nat(3),
      hosts: fc.oneof(hosts, fc.constant([])),
    });
    const many = fc.uniqueArray(one, { selector: ({ name }) => name });
    fc.assert(
      fc.property(many, (given) => {
        const all = given
          .filter(({ kind, hosts }) => kind === upstream || hosts.length > 0)
          .map(({ kind, ...more }) => kind(more));
        const refused = refusalsIn({ around: () => all, heldFor: () => [], policyOf: () => undefined });
        const had = all.flatMap((own) =>
          concernedHosts(own).flatMap((host) => (refused(own, host) === undefined ? [{ own, host }] : [])),
        );
        const doShare = (one: (typeof had)[number], other: (typeof had)[number]) =>
          one.own.metadata.namespace !== other.own.metadata.namespace &&
          (one.own.kind === 'MtlsGateway' || other.own.kind === 'MtlsGateway') &&
          doMeet(one.host, other.host) &&
          !(one.own.kind === other.own.kind && one.host === other.host);
        assert.deepEqual(
          had.filter((one) => had.some((other) => doShare(one, other))),
          [],
        );
      }),
    );
  });

  for (const { who, policy } of [
    { who: 'nobody is given anything', policy: undefined },
    { who: 'a thousand tenants are given hosts', policy: tenancy(...manyTenants()) },
  ]) {
    it(`is refused where there are too many to ask and ${who}, and soon`, async () => {
      const atMost = 2_000;
      const many = Array.from({ length: 3000 }, (_, index) =>
        gateway({ namespace: `n-${index}`, hosts: [index % 2 === 0 ? `x-${index}.a.test` : '*.a.test'], created: 1 }),
      );
      const own = gateway({ namespace: 'own', hosts: ['own.a.test', '*.b.a.test'], created: 2 });
      const spent = await cpuMilliseconds(atMost, () => {
        const refused = refusalsIn({ around: () => many, heldFor: () => [], policyOf: () => policy });
        assert.ok(refused(own, 'own.a.test') !== undefined);
      });
      assert.ok(spent <= atMost, `${spent} ms`);
    });
  }

  describe('where the administrator says what tenants may have', () => {
    const given = (namespaces: readonly string[], hosts: readonly string[], routesWithoutHost = false) =>
      ({ namespaces: [...namespaces], hosts: [...hosts], routesWithoutHost }) satisfies Tenant;
    const [corp, pay] = [given(['victim'], ['*.a.test']), given(['attacker'], ['pay.a.test'])];
    for (const { name, all, policy, want } of [
      {
        name: 'one tenant shares all within itself',
        all: [victim(['*.a.test']), attacker(['pay.a.test']), route([])],
        policy: [given(['victim', 'attacker'], ['*'], true)],
        want: [],
      },
      {
        name: 'one of all namespaces shares all',
        all: [victim(['*.a.test']), attacker(['pay.a.test'])],
        policy: [given(['*'], ['*'])],
        want: [],
      },
      {
        name: 'a host that is not given is refused, though nobody has it',
        all: [attacker(['pay.a.test', 'b.test', '*.a.test'])],
        policy: [pay],
        want: ['b.test', '*.a.test'],
      },
      {
        name: 'who is named for a host has it below the wildcard of others, who keep that',
        all: [victim(['*.a.test']), attacker(['pay.a.test']), route(['pay.a.test'])],
        policy: [corp, pay],
        want: [],
      },
      {
        name: 'a host that others are named for is refused, though the wildcard of ours covers it',
        all: [victim(['pay.a.test', 'shop.a.test'], 1)],
        policy: [corp, pay],
        want: ['pay.a.test'],
      },
      {
        name: 'of two that are given the same who is first has it',
        all: [victim(['*.a.test'], 1), attacker(['x.a.test'])],
        policy: [corp, given(['attacker'], ['*.a.test'])],
        want: ['x.a.test'],
      },
      {
        name: 'a service for every host is refused',
        all: [route([])],
        policy: [given(['attacker'], ['*'])],
        want: [everyHost],
      },
      {
        name: 'a service for every host that is allowed stands beside all',
        all: [victim(['shop.a.test'], 3), route([], 1)],
        policy: [corp, given(['attacker'], [], true)],
        want: [],
      },
    ]) {
      it(name, () => assert.deepEqual(refusedIn(all, {}, tenancy(...policy)), want));
    }

    it('is said with what is given', () => {
      const said = (all: readonly Claimant[], policy: readonly Tenant[]) =>
        refusals(all, {}, tenancy(...policy)).map(describeRefusal);
      const start = (host: string) => `The host ${host} is not served for this resource: the`;
      assert.deepEqual(said([attacker(['b.test'])], [pay]), [
        `${start('b.test')} hosts that the administrator assigned to the namespace attacker are: pay.a.test`,
      ]);
      assert.deepEqual(said([victim(['pay.a.test'])], [corp, pay]), [
        `${start('pay.a.test')} administrator assigned it to other namespaces`,
      ]);
      assert.deepEqual(said([route([])], [pay]), [
        'A service for every host is not served for this resource: the administrator requires every service of the namespace attacker to name its hosts',
      ]);
    });
  });

  it('is said with whose it is', () => {
    const why = 'which claimed it first, and namespaces share hosts only where the administrator allows it';
    const all = [victim(['*.a.test']), attacker(['pay.a.test']), route([])];
    assert.deepEqual(refusals(all).map(describeRefusal), [
      `The host pay.a.test is not served for this resource: *.a.test belongs to MtlsGateway victim/victim, ${why}`,
      `A service for every host is not served for this resource: *.a.test belongs to MtlsGateway victim/victim, ${why}`,
    ]);
    assert.deepEqual(refusals([victim(['a.test'], 3), route([])]).map(describeRefusal), [
      `The host a.test is not served for this resource: MtlsUpstream attacker/attacker answers for every host, ${why}`,
    ]);
  });
});

/** Each of three of the namespaces `n-0` to `n-2999`; the namespace `own` has what they have. */
function manyTenants(): readonly Tenant[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    namespaces: [0, 1, 2].map((of) => `n-${3 * index + of}`).concat(index === 0 ? ['own'] : []),
    hosts: ['*.a.test', `*.t-${index}.test`],
    routesWithoutHost: false,
  }));
}

function own(namespace: string) {
  const { metadata } = gateway({ namespace, name: 'own', hosts: [], created: 2 });
  return { metadata };
}
