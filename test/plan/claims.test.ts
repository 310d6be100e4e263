import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GatewayState } from '../../src/model/gateway-state.ts';
import { type Claimant, claimIndexOf, withoutParts, withoutPaths } from '../../src/plan/gateway/claims.ts';
import { describeLost, lostClaims } from '../../src/plan/gateway/precedence.ts';

interface Given {
  readonly name: string;
  readonly namespace?: string;
  readonly second?: number;
  readonly spec?: object;
}

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const given = (kind: string, { name, namespace = 'shop', second = 0, spec = {} }: Given): Claimant => ({
  kind,
  metadata: { namespace, name, creationTimestamp: at(second), generation: 1 },
  spec,
});
const gateway = (hosts: readonly string[], more: Given) => {
  const spec = { gatewayRef: { name: 'default', group: 'default' }, hosts, ...more.spec };
  return given('MtlsGateway', { ...more, spec });
};
const route = (name: string, paths: readonly string[], methods = ['GET']) => ({ name, methods, paths });
const upstream = (hosts: readonly string[], routes: readonly object[], more: Given) =>
  given('MtlsUpstream', { ...more, spec: { service: { name: more.name, hosts, routes }, ...more.spec } });

const old = { name: 'old', second: 1 };
const young = { name: 'young', second: 2 };

const nobodyIsServed = () => [];
const byAge = ({ metadata: one }: Claimant, { metadata: other }: Claimant) =>
  `${one.creationTimestamp} ${one.name}` < `${other.creationTimestamp} ${other.name}` ? -1 : 1;

describe('claims', () => {
  const parts = (own: Claimant, ...rivals: readonly Claimant[]) =>
    lostClaims(own, rivals, nobodyIsServed).map(({ part }) => part);

  describe('on hosts', () => {
    for (const { name, mine, theirs, want } of [
      { name: 'are lost to the older one', mine: ['a.test', 'b.test'], theirs: ['b.test', 'c.test'], want: ['b.test'] },
      { name: 'are kept where no name is the same', mine: ['a.test'], theirs: ['b.test'], want: [] },
      { name: 'tell a wildcard from a name below it', mine: ['a.test.com'], theirs: ['*.test.com'], want: [] },
      { name: 'tell a name from the wildcard above it', mine: ['*.test.com'], theirs: ['a.test.com'], want: [] },
      { name: 'take two equal wildcards as the same', mine: ['*.a.test'], theirs: ['*.a.test'], want: ['*.a.test'] },
    ]) {
      it(name, () => {
        assert.deepEqual(parts(gateway(mine, young), gateway(theirs, old)), want);
        assert.deepEqual(parts(gateway(theirs, old), gateway(mine, young)), [], 'the older one loses nothing');
      });
    }

    for (const gatewayRef of [
      { name: 'other', group: 'default' },
      { name: 'default', group: 'other' },
    ]) {
      it(`are apart at ${gatewayRef.name}/${gatewayRef.group} and default/default`, () => {
        const elsewhere = gateway(['a.test'], { ...old, spec: { gatewayRef } });
        assert.deepEqual(parts(gateway(['a.test'], young), elsewhere), []);
      });
    }
  });

  describe('on requests', () => {
    const mine = [route('mine', ['/a', '/b'], ['GET', 'POST']), route('free', ['/free'])];
    for (const { name, hosts = ['a.test'], theirs, theirHosts = ['b.test', 'a.test'], want } of [
      { name: 'are lost with the route that takes them', theirs: [route('x', ['/b'], ['POST'])], want: ['mine'] },
      { name: 'are kept where the path differs', theirs: [route('x', ['/c'])], want: [] },
      { name: 'are kept where the path only matches', theirs: [route('x', ['/*'])], want: [] },
      { name: 'are kept where the method differs', theirs: [route('x', ['/a'], ['PUT'])], want: [] },
      { name: 'are kept where the host differs', theirs: [route('x', ['/a'])], theirHosts: ['b.test'], want: [] },
      { name: 'are kept where they have no host', theirs: [route('x', ['/a'])], theirHosts: [], want: [] },
      { name: 'are those of GET where no method is named', theirs: [{ name: 'x', paths: ['/b'] }], want: ['mine'] },
      {
        name: 'are lost where neither has a host',
        hosts: [],
        theirs: [route('x', ['/a'])],
        theirHosts: [],
        want: ['mine'],
      },
    ]) {
      it(name, () => {
        const lost = parts(upstream(hosts, mine, young), upstream(theirHosts, theirs, old));
        assert.deepEqual([...new Set(lost)], want);
      });
    }
  });

  it('go to the oldest of several, and of the same second to the first by namespace and name', () => {
    const own = gateway(['a.test'], { name: 'a', second: 9 });
    const rivals = [
      gateway(['a.test'], { name: 'c', second: 8 }),
      gateway(['a.test'], { name: 'b', second: 3 }),
      gateway(['a.test'], { name: 'a', namespace: 'other', second: 3 }),
      gateway(['a.test'], { name: 'a', namespace: 'zoo', second: 10 }),
    ];
    for (const order of [rivals, rivals.toReversed()]) {
      const [lost] = lostClaims(own, order, nobodyIsServed);
      assert.deepEqual([lost?.to.metadata.namespace, lost?.to.metadata.name], ['other', 'a']);
    }
  });

  it('are said once for each host and path, with the one that has it', () => {
    const own = upstream(['a.test', 'b.test'], [route('hello', ['/a', '/b', '/c'], ['GET', 'PUT'])], young);
    const elder = upstream(['b.test', 'a.test'], [route('x', ['/a', '/b'], ['GET', 'PUT'])], old);
    const sentence = (request: string) =>
      `A request of the route hello (GET ${request}) belongs to MtlsUpstream shop/old, which claimed it first; it is not served for this resource`;
    const lost = lostClaims(own, [elder], nobodyIsServed);
    assert.deepEqual(describeLost(lost), [sentence('a.test/a'), sentence('a.test/b')]);
  });

  it('have exactly one winner each, whoever looks and in whatever order', () => {
    const hosts = fc.subarray(['a.test', 'b.test', '*.test'], { minLength: 1 });
    const one = fc.record({ hosts, name: fc.constantFrom('a', 'b', 'c', 'd'), second: fc.nat(2) });
    const many = fc.uniqueArray(one, { selector: ({ name }) => name, minLength: 1 });
    fc.assert(
      fc.property(many, (resources) => {
        const all = resources.map((more) => gateway(more.hosts, more));
        for (const host of ['a.test', 'b.test', '*.test']) {
          const wanting = resources.flatMap(({ hosts }, index) => (hosts.includes(host) ? (all[index] ?? []) : []));
          const winners = wanting.filter((own) => !parts(own, ...all.filter((rival) => rival !== own)).includes(host));
          assert.equal(winners.length, Math.min(wanting.length, 1));
          assert.deepEqual(winners, wanting.toSorted(byAge).slice(0, 1));
        }
      }),
    );
  });

  describe('in the index of a store', () => {
    const paths = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`);

    const finds = (one: Claimant, other: Claimant) =>
      claimIndexOf(one).some((key) => claimIndexOf(other).includes(key));

    it('find two that claim the same', () => {
      const small = upstream([], [route('r', ['/7'])], old);
      assert.ok(finds(small, upstream([], [route('r', paths(256))], young)));
      assert.ok(!finds(small, upstream(['a.test'], [route('r', paths(256))], young)), 'at another host');
      assert.ok(!finds(small, upstream([], [route('r', ['/8'])], young)), 'on another path');
      assert.ok(finds(gateway(['*.a.test'], old), gateway(['b.test', '*.a.test'], young)));
    });

    it('are short, however long hosts and paths are', () => {
      const [key = ''] = claimIndexOf(upstream(['a.'.repeat(126)], [route('r', [`/${'a'.repeat(1023)}`])], young));
      assert.ok(key.length < 64, key);
    });

    it('are none of a spec from before there were bounds', () => {
      for (const huge of [
        upstream([], [route('r', paths(257))], old),
        upstream(
          Array.from({ length: 32 }, (_, index) => `h${index}.test`),
          [route('r', paths(33))],
          old,
        ),
      ]) {
        assert.deepEqual(claimIndexOf(huge), []);
        assert.deepEqual(parts(upstream([], [route('r', ['/7'])], young), huge), []);
      }
    });

    it('are read from any spec, and never throw', () => {
      fc.assert(fc.property(fc.jsonValue(), (spec) => Array.isArray(claimIndexOf({ ...gateway([], young), spec }))));
      assert.deepEqual(claimIndexOf({ ...gateway([], young), spec: { hosts: [1], service: { routes: [null] } } }), []);
      assert.deepEqual(claimIndexOf({ kind: 'MtlsGateway', metadata: { namespace: 'shop', name: 'young' } }), []);
    });
  });

  it('leave out of a state what they lose, and nothing else', () => {
    const pair = { chainPem: 'C', keyPem: 'K', sha256Fingerprint: '1' };
    const tls: GatewayState = { kind: 'client-facing', hosts: ['a.test', 'b.test'], server: pair, clientTrust: [] };
    assert.deepEqual(withoutParts(tls, new Set(['a.test'])), { ...tls, hosts: ['b.test'] });
    assert.equal(withoutParts(tls, new Set()), tls);
    const routes = [route('a', ['/1', '/2']), route('b', ['/1'])];
    const service = { name: 's', hosts: [], nodes: [], retries: 0, routes };
    const upstream: GatewayState = { kind: 'upstream', client: pair, serverTrust: [], serverName: 's', service };
    const left = withoutPaths(upstream, new Map(['a', 'b'].map((name) => [name, new Set(['/1'])])));
    assert.deepEqual(left, { ...upstream, service: { ...service, routes: [route('a', ['/2'])] } });
  });
});
