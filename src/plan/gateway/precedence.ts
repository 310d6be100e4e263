import type { GatewayState } from '../../model/gateway-state.ts';
import type { ObservedObject, Requests } from '../../model/remote-object.ts';
import { knownTimes } from './claim-times.ts';
import { type Claimant, type Claimed, claimedBy, hostPart, routePart, withoutParts, withoutPaths } from './claims.ts';

/**
 * Who of several resources has what they all claim: who is served at the gateway keeps it, so that no edit takes anything
 * from anybody; where nobody is, the one whose claim is the oldest. It rests on the gateway and on what the API server
 * stores, which every process sees, so that all come to the same answer.
 */

/** How a resource stands among those who want the same. */
export interface Standing {
  /** Whether the gateway has it for the resource. */
  readonly isServed: boolean;
  /** Who waits comes in the order of these texts. */
  readonly order: string;
}

/** A host, or a path of a route, that is not had. */
export interface LostClaim {
  /** The host, or the name of the route. */
  readonly part: string;
  readonly path?: string;
  /** As a person would say it. */
  readonly what: string;
  /** Who has it instead. */
  readonly to: Claimant;
}

/** What the gateway holds for a resource. */
export type HeldFor = (claimant: Claimant) => readonly ObservedObject[];

/** Whether the one comes before the other. */
export function precedes(one: Standing, other: Standing): boolean {
  return one.isServed === other.isServed ? one.order < other.order : one.isServed;
}

/**
 * A claim that is not written down yet is the youngest; of two such, and of the same second, the older resource comes
 * first, then the one whose `namespace/name` does. What is being deleted claims nothing beyond what is served. Times are
 * seconds in UTC, always written alike, so that texts are in the order of time.
 */
function orderOf({ metadata }: Claimant, since: string | undefined): string {
  const { creationTimestamp = '', deletionTimestamp, namespace, name } = metadata;
  return [deletionTimestamp === undefined ? 0 : 1, since ?? afterEveryTime, creationTimestamp, namespace, name].join(
    ' ',
  );
}

const afterEveryTime = '~';

/** The claims that one of the rivals has before us, each with the first of them. A host that is not for one counts for none. */
export function lostClaims(
  own: Claimant,
  rivals: Iterable<Claimant>,
  heldFor: HeldFor,
  isFor: (claimant: Claimant, host: string) => boolean = () => true,
): readonly LostClaim[] {
  const lost = new Map<string, { readonly claim: LostClaim; readonly standing: Standing }>();
  const mine = new Contender(own, heldFor);
  for (const to of rivals) {
    for (const { theirs, ...claim } of losses(mine, new Contender(to, heldFor), isFor)) {
      const key = `${claim.part} ${claim.path ?? ''}`;
      const before = lost.get(key);
      if (before === undefined || precedes(theirs, before.standing))
        lost.set(key, { claim: { ...claim, to }, standing: theirs });
    }
  }
  return [...lost.values()].map(({ claim }) => claim);
}

type Loss = Omit<LostClaim, 'to'> & { readonly theirs: Standing };

/** What the other one has before us. */
function losses(
  mine: Contender,
  theirs: Contender,
  isFor: (claimant: Claimant, host: string) => boolean,
): Iterable<Loss> {
  const common = new Set(mine.claimed.scope === theirs.claimed.scope ? theirs.claimed.hosts : []);
  const shared = mine.claimed.hosts.filter(
    (host) => common.has(host) && [mine, theirs].every(({ claimant }) => isFor(claimant, host)),
  );
  return mine.claimed.routes === undefined ? lostHosts(shared, mine, theirs) : lostPaths(shared, mine, theirs);
}

function* lostHosts(hosts: readonly string[], mine: Contender, theirs: Contender): Generator<Loss> {
  for (const part of hosts) {
    const standing = theirs.atHost(part);
    if (precedes(standing, mine.atHost(part))) yield { part, what: `The host ${part}`, theirs: standing };
  }
}

/** Requests are compared as the specs have them, up to the first of a path that is lost. */
function* lostPaths(hosts: readonly string[], mine: Contender, theirs: Contender): Generator<Loss> {
  for (const { name: part, methods, paths } of mine.claimed.routes ?? []) {
    for (const path of paths) {
      const loss = firstLoss(methods, hosts, mine.atPath(path), theirs.atPath(path));
      if (loss === undefined) continue;
      const { method, host, standing } = loss;
      yield { part, path, what: `A request of the route ${part} (${method} ${host}${path})`, theirs: standing };
    }
  }
}

function firstLoss(methods: readonly string[], hosts: readonly string[], mine: AtPath, theirs: AtPath) {
  for (const method of methods) {
    const [own, other] = [orderFor(method, mine), orderFor(method, theirs)];
    for (const host of other === undefined ? [] : hosts) {
      const standing = { isServed: isServed(method, host, theirs), order: other ?? '' };
      const before = { isServed: isServed(method, host, mine), order: own ?? '' };
      if (precedes(standing, before)) return { method, host, standing };
    }
  }
  return undefined;
}

/** What a resource wants at one path, and what it has there. */
interface AtPath {
  readonly wanted: readonly { readonly methods: readonly string[]; readonly order: string }[];
  readonly served: readonly Requests[];
}

/** Of several routes of one resource that take the same, the oldest counts. Undefined: none takes it. */
function orderFor(method: string, { wanted }: AtPath): string | undefined {
  let first: string | undefined;
  for (const { methods, order } of wanted) {
    if (methods.includes(method) && (first === undefined || order < first)) first = order;
  }
  return first;
}

function isServed(method: string, host: string, { served }: AtPath): boolean {
  return served.some((requests) => requests.methods.includes(method) && isAt(host, requests));
}

/** '' for every host, as `claimedBy` has it. */
function isAt(host: string, { hosts }: Requests): boolean {
  return host === '' ? hosts.length === 0 : hosts.includes(host);
}

/** One of those who claim the same. What is asked of it is looked up once. */
export class Contender {
  readonly claimed: Claimed;
  readonly claimant: Claimant;
  readonly #heldFor: HeldFor;
  #times: ReadonlyMap<string, string> | undefined;
  #held: readonly ObservedObject[] | undefined;
  #wanted: ReadonlyMap<string, AtPath['wanted']> | undefined;
  #served: ReadonlyMap<string, AtPath['served']> | undefined;

  constructor(claimant: Claimant, heldFor: HeldFor) {
    this.claimant = claimant;
    this.#heldFor = heldFor;
    this.claimed = claimedBy(claimant);
  }

  /** Of anything at the host: an SNI, or a route. */
  atHost(host: string): Standing {
    const isThere = ({ claims = [], requests }: ObservedObject) =>
      claims.includes(host) || (requests !== undefined && isAt(host, requests));
    return { isServed: this.#objects().some(isThere), order: this.#orderOf(hostPart(host)) };
  }

  atPath(path: string): AtPath {
    const routes = this.claimed.routes ?? [];
    this.#wanted ??= byPath(routes.map((route) => ({ ...route, order: this.#orderOf(routePart(route.name)) })));
    this.#served ??= byPath(this.#objects().flatMap(({ requests }) => requests ?? []));
    return { wanted: this.#wanted.get(path) ?? [], served: this.#served.get(path) ?? [] };
  }

  #orderOf(part: string): string {
    this.#times ??= knownTimes(this.claimant);
    return orderOf(this.claimant, this.#times.get(part));
  }

  #objects(): readonly ObservedObject[] {
    this.#held ??= this.#heldFor(this.claimant);
    return this.#held;
  }
}

function byPath<One extends { readonly paths: readonly string[] }>(
  all: readonly One[],
): ReadonlyMap<string, readonly One[]> {
  const found = new Map<string, One[]>();
  for (const one of all) {
    for (const path of one.paths) {
      const known = found.get(path) ?? [];
      known.push(one);
      found.set(path, known);
    }
  }
  return found;
}

/** The state without what is lost; the rest is served, and renewed, all the same. */
export function withoutLost<State extends GatewayState>(state: State, lost: readonly LostClaim[]): State {
  const hosts = lost.filter(({ path }) => path === undefined).map(({ part }) => part);
  const paths = Map.groupBy(
    lost.flatMap(({ part, path }) => (path === undefined ? [] : [{ part, path }])),
    ({ part }) => part,
  );
  const byRoute = new Map([...paths].map(([part, its]) => [part, new Set(its.map(({ path }) => path))] as const));
  return withoutPaths(withoutParts(state, new Set(hosts)), byRoute);
}

/** One sentence for each host, and for each path of a route. */
export function describeLost(lost: readonly LostClaim[]): readonly string[] {
  return lost.map(
    ({ what, to }) =>
      `${what} belongs to ${describeClaimant(to)}, which claimed it first; it is not served for this resource`,
  );
}

/** As a person would say it. */
export function describeClaimant({ kind, metadata: { namespace, name } }: Claimant): string {
  return `${kind} ${namespace}/${name}`;
}
