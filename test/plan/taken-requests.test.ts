import assert from 'node:assert/strict';
import type { UpstreamTls } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import { idPrefix, type MarkedOwner, ownerLabels } from '../../src/model/ownership.ts';
import type { Requests } from '../../src/model/remote-object.ts';
import { describeTaken } from '../../src/plan/gateway/changes.ts';
import { findTakenRequests, withoutTaken } from '../../src/plan/gateway/taken-requests.ts';

const owner = { cluster: 'here', kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u' };
const gone = { ...owner, name: 'gone' };

function routeOf(by: MarkedOwner, requests: Partial<Requests>) {
  return {
    ...{ kind: 'routes', id: `${idPrefix(by)}-route-1`, body: {}, labels: ownerLabels({ uid: 'u', ...by }) },
    requests: { methods: ['GET'], hosts: [], paths: ['/a'], ...requests },
  };
}

function stateOf(hosts: readonly string[], paths: readonly string[] = ['/a'], methods: readonly string[] = ['GET']) {
  const tls = { client: { chainPem: '', keyPem: '' }, serverTrust: [], serverName: 'n' };
  const routes = [{ name: 'r', methods, paths }];
  return {
    kind: 'upstream',
    ...tls,
    service: { name: 's', hosts, routes, nodes: [], retries: 0 },
  } as unknown as UpstreamTls;
}

describe('requests at the gateway', () => {
  for (const { what, route, state, want } of [
    { what: 'the same', route: {}, state: stateOf([]), want: ['GET /a'] },
    { what: 'one method of two', route: {}, state: stateOf([], ['/a'], ['POST', 'GET']), want: ['GET /a'] },
    { what: 'another method', route: {}, state: stateOf([], ['/a'], ['POST']), want: [] },
    { what: 'one path of two', route: { paths: ['/b', '/c'] }, state: stateOf([], ['/a', '/b']), want: ['GET /b'] },
    { what: 'a path below', route: { paths: ['/*'] }, state: stateOf([]), want: [] },
    {
      what: 'one host of two',
      route: { hosts: ['b.test'] },
      state: stateOf(['a.test', 'B.test']),
      want: ['GET b.test/a'],
    },
    { what: 'every host beside one', route: {}, state: stateOf(['a.test']), want: [] },
    { what: 'one host beside every', route: { hosts: ['a.test'] }, state: stateOf([]), want: [] },
    { what: 'a wildcard above', route: { hosts: ['*.test'] }, state: stateOf(['a.test']), want: [] },
  ]) {
    it(`that a route without an owner takes are ${want.length === 0 ? 'others' : 'taken'}: ${what}`, () => {
      const inventory = new LiveInventory(['services', 'routes'], [routeOf(gone, route)]);
      const taken = findTakenRequests(inventory, state, owner, () => true);
      assert.deepEqual(
        taken.map(({ name }) => name),
        want,
      );
      const left = withoutTaken(state, taken).service.routes.flatMap(({ paths }) => paths);
      const lost = taken.map(({ place }) => place?.path);
      assert.deepEqual(
        left,
        state.service.routes[0]?.paths.filter((path) => !lost.includes(path)),
      );
    });
  }

  it('of ours are ours, and what others have made by hand is not compared', () => {
    const byHand = { ...routeOf(gone, {}), labels: {} };
    const inventory = new LiveInventory(['services', 'routes'], [routeOf(owner, {}), byHand]);
    assert.deepEqual(
      findTakenRequests(inventory, stateOf([]), owner, () => true),
      [],
    );
  });

  it('of somebody who will let go are free', () => {
    const inventory = new LiveInventory(['services', 'routes'], [routeOf(gone, {})]);
    assert.deepEqual(
      findTakenRequests(inventory, stateOf([]), owner, () => false),
      [],
    );
  });

  it('that we have as well stay with us, and are told', () => {
    const inventory = new LiveInventory(['services', 'routes'], [routeOf(owner, {}), routeOf(gone, {})]);
    const taken = findTakenRequests(inventory, stateOf([]), owner, () => true);
    assert.equal(withoutTaken(stateOf([]), taken).service.routes.length, 1);
    assert.deepEqual(taken.map(describeTaken), [
      `A request of the route r (GET /a) is also taken at the gateway by routes/${routeOf(gone, {}).id}, which belongs to MtlsUpstream shop/gone; the operator does not change it`,
    ]);
  });

  it('are free once the route is gone, and those of a route that was changed', () => {
    const inventory = new LiveInventory(['services', 'routes'], [routeOf(gone, {})]);
    const names = () => findTakenRequests(inventory, stateOf([]), owner, () => true).map(({ name }) => name);
    assert.deepEqual(names(), ['GET /a']);
    inventory.record(routeOf(gone, { paths: ['/b'] }));
    assert.deepEqual(names(), []);
    inventory.record(routeOf(gone, {}));
    inventory.drop(routeOf(gone, {}));
    assert.deepEqual(names(), []);
  });
});
