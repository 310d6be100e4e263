import { defaultMethods, isWithinBounds } from '../../api/gateway-service.ts';
import type { GatewayState } from '../../model/gateway-state.ts';
import type { ObjectMeta } from '../../model/kube-object.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/remote-object.ts';
import { sha256Hex } from '../../std/digest.ts';

/**
 * What a resource claims at a gateway group: a host as SNI, or requests of one method, host and path. A wildcard and a name
 * below it are two claims, as they are to gateways, which prefer the exact one; and so are a host and none. Who of several
 * has it is for `precedence.ts`.
 */

/** A resource as it was written: nothing of its spec is taken for granted. */
export interface Claimant {
  readonly kind: string;
  readonly metadata: Pick<ObjectMeta, 'namespace' | 'name' | 'creationTimestamp' | 'deletionTimestamp' | 'generation'>;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** What is asked here of any object of ours, parsed or not. */
type Written = Partial<Pick<Claimant, 'kind' | 'spec'>>;

/** A host or route by the name that the status has for it, and all that makes it this claim and no other. */
export interface ClaimedPart {
  readonly name: string;
  readonly content: string;
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

/** The claims by their hosts or routes. */
export function claimedParts(resource: Claimant): readonly ClaimedPart[] {
  const { scope, hosts, routes } = claimedBy(resource);
  const part = (name: string, ...content: readonly Json[]) => ({ name, content: JSON.stringify([scope, ...content]) });
  const places = hosts.map((host) => part(hostPart(host)));
  if (routes === undefined) return places;
  const everywhere = digest(JSON.stringify(hosts.toSorted()));
  const takes = routes.map(({ name, methods, paths }) =>
    part(routePart(name), everywhere, methods.toSorted(), paths.toSorted()),
  );
  return [...places, ...takes];
}

/** The name of the part that is that host; `host/*` for a service at every host. */
export function hostPart(host: string): string {
  return `host/${host === '' ? '*' : host}`;
}

/** The name of the part that is that route. */
export function routePart(name: string): string {
  return `route/${name}`;
}

/** The state without these hosts; a service that is left with none answers for none, and not for all. */
export function withoutHosts<State extends GatewayState>(state: State, hosts: ReadonlySet<string>): State {
  if (hosts.size === 0 || state.kind === 'client-facing') return withoutParts(state, hosts);
  const left = state.service.hosts.filter((host) => !hosts.has(host));
  const routes = left.length === 0 ? [] : state.service.routes;
  return { ...state, service: { ...state.service, hosts: left, routes } };
}

/** The state without these hosts, or without these routes; the rest is served, and renewed, all the same. */
export function withoutParts<State extends GatewayState>(state: State, parts: ReadonlySet<string>): State {
  if (parts.size === 0) return state;
  if (state.kind === 'client-facing') return { ...state, hosts: state.hosts.filter((host) => !parts.has(host)) };
  const { service } = state;
  return { ...state, service: { ...service, routes: service.routes.filter(({ name }) => !parts.has(name)) } };
}

/** The state without these paths, by the names of routes. A route that is left with none is left out. */
export function withoutPaths<State extends GatewayState>(
  state: State,
  paths: ReadonlyMap<string, ReadonlySet<string>>,
): State {
  if (paths.size === 0 || state.kind === 'client-facing') return state;
  const routes = state.service.routes
    .map((route) => ({ ...route, paths: route.paths.filter((path) => !paths.get(route.name)?.has(path)) }))
    .filter((route) => route.paths.length > 0);
  return { ...state, service: { ...state.service, routes } };
}

/** What a spec claims: hosts as SNIs, or requests where there are routes; '' is no host. */
export interface Claimed {
  readonly scope: string;
  readonly hosts: readonly string[];
  readonly routes?: readonly ClaimedRoute[];
}

interface ClaimedRoute {
  readonly name: string;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/** Never throws, whatever the spec holds. */
export function claimedBy(resource: Written): Claimed {
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

function digest(text: string): string {
  return sha256Hex(text).slice(0, 24);
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
