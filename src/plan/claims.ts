import { defaultMethods, isWithinBounds } from '../api/gateway-service.ts';
import type { GatewayState } from '../model/gateway-state.ts';
import type { ObjectMeta } from '../model/kube-object.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { sha256Hex } from '../std/digest.ts';

/**
 * Who may have what at a gateway group: a host as SNI, or requests of one method, host and path. Two resources that
 * claim the same are told apart by age, so that every process that sees both comes to the same answer, whatever it
 * reconciles itself and whatever the gateway holds at the moment.
 */

/** A resource as it was written: nothing of its spec is taken for granted. */
export interface Claimant {
  readonly kind: string;
  readonly metadata: Pick<ObjectMeta, 'namespace' | 'name' | 'creationTimestamp'>;
  readonly spec?: unknown;
}

/** What is asked here of any object of ours, parsed or not. */
type Written = Partial<Pick<Claimant, 'kind' | 'spec'>>;

/** What two resources claim at once: the first of it for one host, or for one route. */
export interface Claim {
  /** The host, or the name of the route, that the gateway does not get when the claim is lost. */
  readonly part: string;
  /** As a person would say it. */
  readonly what: string;
}

export interface LostClaim {
  readonly claim: Claim;
  /** Who has it instead. */
  readonly to: Claimant;
}

/** Hosts that an MtlsGateway wants to have served; none of what is no MtlsGateway. */
export function hostsOf({ spec }: Written): readonly string[] {
  return textsIn(objectIn(spec as Json)['hosts']);
}

/** The gateway group that the spec names. */
export function gatewayRefOf({ spec }: Written): { readonly name: string; readonly group: string } {
  const { name, group } = objectIn(objectIn(spec as Json)['gatewayRef']);
  return { name: textOr(name, 'default'), group: textOr(group, 'default') };
}

/**
 * Under which a store finds those who may claim the same: a host, or a host and a path of a request. Digests, of texts
 * that may be long: of a hundred resources that each hold all they may, they take 34 MB.
 */
export function claimIndexOf(resource: Claimant): readonly string[] {
  const { scope, hosts, routes } = claimedBy(resource);
  const heads = hosts.map((host) => digest(`${scope} ${host}`));
  if (routes === undefined) return heads;
  const paths = [...new Set(routes.flatMap((route) => route.paths))].map(digest);
  return heads.flatMap((head) => paths.map((path) => head + path));
}

/**
 * What both claim, the first for each host or route of `own`. Hosts, methods and paths multiply, so they are compared as
 * the specs have them, and never as combinations. A wildcard and a name below it are two claims, as they are to gateways,
 * which prefer the exact one; and so are a host and none. Requests are the same only where method, host and path are.
 */
export function sharedClaims(own: Claimant, rival: Claimant): readonly Claim[] {
  const [mine, theirs] = [claimedBy(own), claimedBy(rival)];
  const theirHosts = new Set(theirs.hosts);
  const shared = mine.scope === theirs.scope ? mine.hosts.filter((host) => theirHosts.has(host)) : [];
  const [host] = shared;
  if (host === undefined) return [];
  if (mine.routes === undefined) return shared.map((part) => ({ part, what: `The host ${part}` }));
  const theirMethods = methodsByPath(theirs.routes ?? []);
  return mine.routes.flatMap((route) => {
    const request = firstRequest(route, theirMethods);
    if (request === undefined) return [];
    const { name: part } = route;
    return [{ part, what: `What the route ${part} takes (${request.method} ${host}${request.path})` }];
  });
}

/** Hosts and routes of which somebody older claims something too, each with the oldest of them. */
export function lostClaims(own: Claimant, rivals: Iterable<Claimant>): readonly LostClaim[] {
  const older = [...rivals].filter((rival) => precedes(rival, own)).sort((one, two) => (precedes(one, two) ? 1 : -1));
  // The oldest comes last and stays.
  const lost = older.flatMap((to) => sharedClaims(own, to).map((claim) => [claim.part, { claim, to }] as const));
  return [...new Map(lost).values()];
}

/** The older one; of the same second, the one whose `namespace/name` comes first. */
export function precedes({ metadata: one }: Claimant, { metadata: other }: Claimant): boolean {
  const [first = '', second = ''] = [one.creationTimestamp, other.creationTimestamp];
  // Seconds in UTC, always written alike by the API server, so that texts are in the order of time.
  if (first !== second) return first < second;
  return nameOf(one) < nameOf(other);
}

/** The state without these hosts, or without these routes; the rest is served, and renewed, all the same. */
export function withoutParts<State extends GatewayState>(state: State, parts: ReadonlySet<string>): State {
  if (parts.size === 0) return state;
  if (state.kind === 'client-facing') return { ...state, hosts: state.hosts.filter((host) => !parts.has(host)) };
  const { service } = state;
  return { ...state, service: { ...service, routes: service.routes.filter(({ name }) => !parts.has(name)) } };
}

/** One sentence for each host or route. */
export function describeLost(lost: readonly LostClaim[]): string {
  const sentence = ({ claim, to }: LostClaim) =>
    `${claim.what} belongs to the older ${to.kind} ${nameOf(to.metadata)}; it is left out here`;
  return lost.map(sentence).join('; ');
}

/** What a spec claims: hosts as SNIs, or requests where there are routes; '' is no host. */
interface Claimed {
  readonly scope: string;
  readonly hosts: readonly string[];
  readonly routes?: readonly ClaimedRoute[];
}

interface ClaimedRoute {
  readonly name: string;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

function claimedBy(resource: Pick<Claimant, 'spec'>): Claimed {
  const { hosts, service } = objectIn(resource.spec as Json);
  const { name, group } = gatewayRefOf(resource);
  const scope = JSON.stringify([name, group]);
  if (!isJsonObject(service)) return { scope: `${scope} sni`, hosts: textsIn(hosts) };
  const routes = (Array.isArray(service['routes']) ? service['routes'] : []).map((route) => routeIn(objectIn(route)));
  const claimed = { hosts: textsIn(service['hosts']), routes };
  // A spec from before there were bounds is refused, and claims nothing.
  if (!isWithinBounds(claimed)) return { scope, hosts: [], routes: [] };
  return { scope, hosts: claimed.hosts.length === 0 ? [''] : claimed.hosts, routes };
}

function routeIn({ name, methods, paths }: JsonObject): ClaimedRoute {
  const taken = methods === undefined ? defaultMethods : textsIn(methods);
  return { name: textOr(name, ''), methods: taken, paths: textsIn(paths) };
}

function methodsByPath(routes: readonly ClaimedRoute[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { methods, paths } of routes) {
    for (const path of paths) found.set(path, [...(found.get(path) ?? []), ...methods]);
  }
  return found;
}

function firstRequest({ methods, paths }: ClaimedRoute, theirMethods: ReadonlyMap<string, readonly string[]>) {
  for (const path of paths) {
    const theirs = theirMethods.get(path);
    const method = theirs && methods.find((one) => theirs.includes(one));
    if (method !== undefined) return { method, path };
  }
  return undefined;
}

function digest(text: string): string {
  return sha256Hex(text).slice(0, 24);
}

function nameOf({ namespace, name }: Claimant['metadata']): string {
  return `${namespace}/${name}`;
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
