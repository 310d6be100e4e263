import type { GatewayState } from '../model/gateway-state.ts';
import type { ObjectMeta } from '../model/kube-object.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';

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

export interface Claim {
  /** The same text for all who claim the same; others never have it. */
  readonly key: string;
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

/**
 * What the spec claims. A wildcard and a name below it are two claims, as they are to gateways, which prefer the exact
 * one; and so are a host and none. Requests count as the same only where method, host and path are the same texts.
 */
export function claimsOf(resource: Pick<Claimant, 'spec'>): readonly Claim[] {
  const fields = objectIn(resource.spec as Json);
  const scope = scopeOf(resource);
  if (!isJsonObject(fields['service'])) return hostClaims(scope, textsIn(fields['hosts']));
  const { hosts, routes } = fields['service'];
  return (Array.isArray(routes) ? routes : []).flatMap((route) => routeClaims(scope, textsIn(hosts), objectIn(route)));
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
 * Under which a store finds the resource by its claims. Hosts, methods and paths multiply: one that claims very much is
 * found by everybody instead, so that nobody can fill the memory of the operator with combinations.
 */
export function claimIndexOf(resource: Claimant): readonly string[] {
  const keys = claimsOf(resource).map(({ key }) => key);
  return keys.length <= mostIndexed ? keys : [manyClaims(resource)];
}

/** Under which those who may claim the same are found. */
export function rivalIndexOf(resource: Claimant): readonly string[] {
  return [...claimsOf(resource).map(({ key }) => key), manyClaims(resource)];
}

/** The claims that somebody older has too, each with the oldest of them. */
export function lostClaims(own: Claimant, rivals: Iterable<Claimant>): readonly LostClaim[] {
  const older = [...rivals].filter((rival) => precedes(rival, own)).sort((one, two) => (precedes(one, two) ? 1 : -1));
  // The oldest comes last and stays.
  const holders = new Map(older.flatMap((rival) => claimsOf(rival).map(({ key }) => [key, rival] as const)));
  return claimsOf(own).flatMap((claim) => {
    const to = holders.get(claim.key);
    return to === undefined ? [] : [{ claim, to }];
  });
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

/** One sentence for each host or route, however many of its claims are lost. */
export function describeLost(lost: readonly LostClaim[]): string {
  // One claim for each part, the first: the last that is set stays.
  const firsts = new Map(lost.toReversed().map((one) => [one.claim.part, one])).values();
  const sentence = ({ claim, to }: LostClaim) =>
    `${claim.what} belongs to the older ${to.kind} ${nameOf(to.metadata)}; it is left out here`;
  return [...firsts].reverse().map(sentence).join('; ');
}

const mostIndexed = 1024;

function manyClaims(resource: Claimant): string {
  return `${scopeOf(resource)} many`;
}

function scopeOf(resource: Pick<Claimant, 'spec'>): string {
  const { name, group } = gatewayRefOf(resource);
  return JSON.stringify([name, group]);
}

function hostClaims(scope: string, hosts: readonly string[]): readonly Claim[] {
  return hosts.map((host) => ({ key: `${scope} sni ${host}`, part: host, what: `The host ${host}` }));
}

function routeClaims(scope: string, hosts: readonly string[], { name, methods, paths }: JsonObject): readonly Claim[] {
  const part = textOr(name, '');
  const everywhere = hosts.length === 0 ? [''] : hosts;
  return everywhere.flatMap((host) =>
    textsIn(paths).flatMap((path) =>
      textsIn(methods).map((method) => {
        const request = `${method} ${host}${path}`;
        return { key: `${scope} ${request}`, part, what: `What the route ${part} takes (${request})` };
      }),
    ),
  );
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
