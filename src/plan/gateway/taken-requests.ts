import type { GatewayState, Owner, Route } from '../../model/gateway-state.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isOwnedBy } from '../../model/ownership.ts';
import type { ObservedObject } from '../../model/remote-object.ts';
import type { Taken } from './changes.ts';
import { withoutParts, withoutPaths } from './claims.ts';

/**
 * Requests that a route at the gateway takes which was left behind there, or which is of another cluster: of two routes
 * for the same requests nobody can say which one answers. Routes that others make by hand are not compared.
 */

/** The first request of each path of a route that is taken. A holder for whom `isStanding` gives false holds nothing. */
export function findTakenRequests(
  observed: Inventory,
  state: GatewayState,
  owner: Owner,
  isStanding: (holder: ObservedObject) => boolean,
): readonly Taken[] {
  if (state.kind === 'client-facing') return [];
  const { hosts, routes } = state.service;
  const places = hosts.length === 0 ? [''] : hosts.map((host) => host.toLowerCase());
  const takenAt = (route: Route, path: string): Taken | undefined => {
    for (const host of places) {
      const taken = takenBy(observed.takersAt(host, path), route.methods, owner, isStanding);
      if (taken === undefined) continue;
      const { method, ...rest } = taken;
      return { ...rest, name: `${method} ${host}${path}`, place: { route: route.name, host, path } };
    }
    return undefined;
  };
  return routes.flatMap((route) => route.paths.flatMap((path) => takenAt(route, path) ?? []));
}

function takenBy(
  takers: readonly ObservedObject[],
  methods: readonly string[],
  owner: Owner,
  isStanding: (holder: ObservedObject) => boolean,
) {
  const doesTake = ({ requests }: ObservedObject, method: string) => requests?.methods.includes(method) ?? false;
  const others = takers.filter((object) => !isOwnedBy(object, owner));
  for (const method of others.length === 0 ? [] : methods) {
    const holder = others.find((object) => doesTake(object, method) && isStanding(object));
    if (holder === undefined) continue;
    return { method, holder, held: takers.some((object) => isOwnedBy(object, owner) && doesTake(object, method)) };
  }
  return undefined;
}

/** The state without the names and requests that others have; what is ours as well stays. */
export function withoutTaken<State extends GatewayState>(state: State, taken: readonly Taken[]): State {
  const lost = taken.filter(({ held }) => !held);
  const names = lost.filter(({ place }) => place === undefined).map(({ name }) => name);
  const places = Map.groupBy(
    lost.flatMap(({ place }) => place ?? []),
    ({ route }) => route,
  );
  const byRoute = new Map([...places].map(([route, its]) => [route, new Set(its.map(({ path }) => path))] as const));
  return withoutPaths(withoutParts(state, new Set(names)), byRoute);
}
