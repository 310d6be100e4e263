import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Resource } from '../../src/api/kinds.ts';
import type { ClaimStatus } from '../../src/api/status.ts';
import type { ObservedObject, Requests } from '../../src/model/remote-object.ts';
import { claimTimes } from '../../src/plan/gateway/claim-times.ts';
import type { Claimant } from '../../src/plan/gateway/claims.ts';
import { type HeldFor, lostClaims } from '../../src/plan/gateway/precedence.ts';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const now = (second: number) => ({ now: at(second), after: () => [] });

interface Given {
  readonly name: string;
  readonly created?: number;
  readonly generation?: number;
  readonly deleted?: boolean;
}

function resource(kind: string, { name, created = 0, generation = 1, deleted = false }: Given, spec: object) {
  const creation = { uid: name, resourceVersion: '1', generation, creationTimestamp: at(created) };
  const deletion = deleted ? { deletionTimestamp: at(59) } : {};
  return { kind, metadata: { namespace: name, name, ...creation, ...deletion }, spec, status: {} };
}

function gateway(given: Given, ...hosts: readonly string[]) {
  return resource('MtlsGateway', given, { hosts });
}

function upstream(given: Given, { hosts, ...takes }: Requests) {
  return resource('MtlsUpstream', given, { service: { hosts, routes: [{ name: `of-${given.name}`, ...takes }] } });
}

/** As the operator has written its claims down. */
const written = (resource: Resource<unknown>, second: number): Resource<unknown> => ({
  ...resource,
  status: { ...resource.status, claims: claimTimes(resource, now(second)) },
});

/** What the gateway has for whom, by the name of the resource. */
const having =
  (objects: Readonly<Record<string, Partial<ObservedObject>>>): HeldFor =>
  ({ metadata: { name } }) => {
    const found = objects[name];
    return found === undefined ? [] : [{ kind: 'k', id: name, body: {}, labels: {}, ...found }];
  };

const winnersOf = (all: readonly Claimant[], heldFor: HeldFor) =>
  all.filter((own) => lostClaims(own, others(all, own), heldFor).length === 0).map(({ metadata }) => metadata.name);
const others = (all: readonly Claimant[], own: Claimant) => all.filter((one) => one !== own);

describe('precedence', () => {
  const victim = written(gateway({ name: 'victim', created: 10 }, 'a.test'), 10);
  /** Created before, and edited after. */
  const edited = gateway({ name: 'attacker', created: 1, generation: 2 }, 'a.test');

  for (const { name, attacker, heldFor = having({}), want } of [
    { name: 'an edit of an older resource, not yet written down', attacker: edited, want: 'victim' },
    { name: 'an edit of an older resource', attacker: written(edited, 20), want: 'victim' },
    {
      name: 'an older claim of somebody who is not served',
      attacker: written(gateway({ name: 'attacker', created: 1 }, 'a.test'), 1),
      heldFor: having({ victim: { claims: ['a.test'] } }),
      want: 'victim',
    },
    {
      name: 'an older claim of somebody who is served other hosts',
      attacker: written(gateway({ name: 'attacker', created: 1 }, 'a.test'), 1),
      heldFor: having({ victim: { claims: ['a.test'] }, attacker: { claims: ['b.test'] } }),
      want: 'victim',
    },
    {
      name: 'a new resource under a name of before',
      attacker: gateway({ name: 'attacker', created: 30 }, 'a.test'),
      want: 'victim',
    },
    {
      name: 'one that is being deleted and is not served',
      attacker: written(gateway({ name: 'attacker', created: 1, deleted: true }, 'a.test'), 1),
      want: 'victim',
    },
    {
      name: 'one that is moved here from another gateway group',
      attacker: { ...written(gateway({ name: 'attacker' }, 'a.test'), 1), ...moved(2) },
      want: 'victim',
    },
  ]) {
    it(`is not lost to ${name}`, () => {
      for (const all of [
        [victim, attacker],
        [attacker, victim],
      ]) {
        assert.deepEqual(winnersOf(all, heldFor), [want]);
      }
    });
  }

  it('is lost to the older claim where nobody is served, and where both are', () => {
    const older = written(gateway({ name: 'older', created: 1 }, 'a.test'), 1);
    const both = having({ victim: { claims: ['a.test'] }, older: { claims: ['a.test'] } });
    for (const heldFor of [having({}), both]) assert.deepEqual(winnersOf([victim, older], heldFor), ['older']);
  });

  it('is kept by one that is being deleted while it is served', () => {
    const leaving = written(gateway({ name: 'leaving', created: 20, deleted: true }, 'a.test'), 20);
    assert.deepEqual(winnersOf([victim, leaving], having({ leaving: { claims: ['a.test'] } })), ['leaving']);
  });

  describe('of routes', () => {
    const takes: Requests = { methods: ['GET'], hosts: ['a.test'], paths: ['/a'] };
    const served = written(upstream({ name: 'victim', created: 10 }, takes), 10);

    it('is not lost to an older route that was edited to take the same', () => {
      const before = written(upstream({ name: 'attacker', created: 1 }, { ...takes, paths: ['/mine'] }), 1);
      const attacker = { ...before, metadata: { ...before.metadata, generation: 2 }, spec: served.spec };
      assert.deepEqual(winnersOf([served, attacker], having({})), ['victim']);
    });

    for (const { name, requests } of [
      { name: 'exactly these', requests: takes },
      {
        name: 'more than these',
        requests: { methods: ['GET', 'PUT'], hosts: ['a.test', 'b.test'], paths: ['/a', '/b'] },
      },
    ]) {
      it(`is kept by who has a route at the gateway that takes ${name}`, () => {
        const older = written(upstream({ name: 'older', created: 1 }, takes), 1);
        assert.deepEqual(winnersOf([served, older], having({ victim: { requests } })), ['victim']);
      });
    }

    it('is kept at what is served by who adds to the route a path that somebody else has', () => {
      const squatter = written(upstream({ name: 'squatter', created: 1 }, { ...takes, paths: ['/new', '/a'] }), 1);
      const edited = upstream({ name: 'victim', created: 10, generation: 2 }, { ...takes, paths: ['/a', '/new'] });
      const heldFor = having({ victim: { requests: takes } });
      const lost = (own: Claimant, rival: Claimant) => lostClaims(own, [rival], heldFor).map(({ path }) => path);
      assert.deepEqual([lost(edited, squatter), lost(squatter, edited)], [['/new'], ['/a']]);
    });

    for (const { name, requests } of [
      { name: 'another method', requests: { ...takes, methods: ['PUT'] } },
      { name: 'another path', requests: { ...takes, paths: ['/a/b'] } },
      { name: 'another host', requests: { ...takes, hosts: ['b.test'] } },
      { name: 'every host', requests: { ...takes, hosts: [] } },
    ]) {
      it(`is not kept by a route that takes ${name}`, () => {
        const older = written(upstream({ name: 'older', created: 1 }, takes), 1);
        assert.deepEqual(winnersOf([served, older], having({ victim: { requests } })), ['older']);
      });
    }
  });

  it('has one winner, whatever is stored and served', () => {
    const one = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      created: fc.nat(2),
      generation: fc.integer({ min: 1, max: 2 }),
      deleted: fc.boolean(),
      claimed: fc.option(fc.nat(3)),
      isServed: fc.boolean(),
    });
    const many = fc.uniqueArray(one, { selector: ({ name }) => name, minLength: 1 });
    fc.assert(
      fc.property(many, (given) => {
        const all = given.map(({ claimed, ...more }) =>
          claimed === null ? gateway(more, 'a.test') : written(gateway(more, 'a.test'), claimed),
        );
        const served: readonly string[] = given.filter(({ isServed }) => isServed).map(({ name }) => name);
        const heldFor = having(Object.fromEntries(served.map((name) => [name, { claims: ['a.test'] }])));
        const winners = winnersOf(all, heldFor);
        assert.equal(winners.length, 1);
        assert.ok(served.length === 0 || served.includes(winners[0] ?? ''));
      }),
    );
  });
});

describe('the time of a claim', () => {
  const sinceOf = (claims: readonly ClaimStatus[]) =>
    Object.fromEntries(claims.map(({ name, since }) => [name, since]));
  const edit = (resource: Resource<unknown>, spec: unknown): Resource<unknown> => ({
    ...resource,
    spec,
    metadata: { ...resource.metadata, generation: resource.metadata.generation + 1 },
  });

  it('is the creation in a spec that nobody has edited, whenever it is written down', () => {
    assert.deepEqual(sinceOf(claimTimes(gateway({ name: 'web', created: 3 }, 'a.test'), now(30))), {
      'host/a.test': at(3),
    });
  });

  it('stays for what stays, and is now for what an edit adds', () => {
    const before = written(gateway({ name: 'web', created: 3 }, 'a.test', 'b.test'), 3);
    const after = edit(before, { hosts: ['b.test', 'c.test'] });
    assert.deepEqual(sinceOf(claimTimes(after, now(30))), { 'host/b.test': at(3), 'host/c.test': at(30) });
  });

  it('begins anew for a name that was given up meanwhile', () => {
    const before = written(gateway({ name: 'web', created: 3 }, 'a.test'), 3);
    const without = written(edit(before, { hosts: ['b.test'] }), 20);
    assert.deepEqual(sinceOf(claimTimes(edit(without, { hosts: ['a.test'] }), now(30))), { 'host/a.test': at(30) });
  });

  it('begins anew for a route that takes other requests, and in another gateway group', () => {
    const takes: Requests = { methods: ['GET'], hosts: ['a.test'], paths: ['/a'] };
    const before = written(upstream({ name: 'web', created: 3 }, takes), 3);
    for (const change of [{ paths: ['/b'] }, { hosts: [] }, { methods: ['PUT'] }]) {
      const after = edit(before, upstream({ name: 'web' }, { ...takes, ...change }).spec);
      assert.equal(sinceOf(claimTimes(after, now(30)))['route/of-web'], at(30), JSON.stringify(change));
    }
    const elsewhere = edit(before, { ...(before.spec as object), gatewayRef: { group: 'other' } });
    assert.deepEqual(sinceOf(claimTimes(elsewhere, now(30))), { 'host/a.test': at(30), 'route/of-web': at(30) });
  });

  it('is the creation in what an earlier version has seen last, and now where it was edited since', () => {
    const seen = {
      ...gateway({ name: 'web', created: 3, generation: 5 }, 'a.test'),
      status: { observedGeneration: 5 },
    };
    assert.deepEqual(sinceOf(claimTimes(seen, now(30))), { 'host/a.test': at(3) });
    assert.deepEqual(sinceOf(claimTimes(edit(seen, seen.spec), now(30))), { 'host/a.test': at(30) });
  });

  it('is after that of others who claimed it before, however far the clock was set back', () => {
    const resource = gateway({ name: 'web', generation: 2 }, 'a.test');
    const claims = claimTimes(resource, { now: at(5), after: () => [at(7), at(40)] });
    assert.deepEqual(sinceOf(claims), { 'host/a.test': at(41) });
  });
});

function moved(generation: number) {
  const spec = { hosts: ['a.test'], gatewayRef: { name: 'default', group: 'default' } };
  const before = { ...gateway({ name: 'attacker' }), spec: { ...spec, gatewayRef: { group: 'other' } } };
  const { status, metadata } = written(before, 1);
  return { spec, status, metadata: { ...metadata, generation } };
}
