import type { AuthorizationEntry } from '../../api/authorization.ts';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import { type Allowance, coversPath } from '../../model/allowance.ts';
import type { Route } from '../../model/gateway-state.ts';
import { type Failure, permanent } from '../../std/failure.ts';
import type { Neighbours } from '../observed.ts';
import { type Behind, behind, type Identity } from './behind.ts';

/**
 * Who may send the requests of each route: `spec.authorization` with what the MtlsGateways say of their clients. Whatever
 * cannot be made out allows nobody, and the other entries go on: nothing here ever opens a route.
 */
export interface Authorization {
  /** By the name of a route. */
  readonly allow: ReadonlyMap<string, readonly Allowance[]>;
  readonly entries: number;
  readonly problems: readonly Failure[];
  /** Under which clients of MtlsGateways are known. */
  readonly issuers: readonly string[];
  readonly revoked: readonly string[];
}

/** Each request is compared with those of its route (measured: 1,000 pairs of names cost 0.2 ms). */
const valuesAtMost = 2000;
/** Of all routes together: what one request to an Admin API, and the store behind it, takes of each. */
const charactersAtMost = 262_144;

/** Undefined: nothing is restricted. */
export function authorizationOf(
  resource: Resource<MtlsUpstreamSpec>,
  neighbours: Pick<Neighbours, 'mtlsGateway'>,
): Authorization | undefined {
  const { authorization: entries, service } = resource.spec;
  if (entries === undefined) return undefined;
  const lists = new Lists(service);
  const found = entries.map((entry, index) => {
    const field = `spec.authorization[${index}]`;
    const who = behind(entry, field, { resource, neighbours });
    return { ...who, problems: [...who.problems, ...lists.add(entry, who.identities, field)] };
  });
  return {
    allow: lists.allow,
    entries: entries.length,
    problems: found.flatMap(({ problems }) => problems),
    issuers: [...new Set(found.flatMap(({ issuers }) => issuers))].sort(),
    revoked: [...new Set(found.flatMap(({ revoked }: Behind) => revoked))],
  };
}

/** The lists of all routes while entry after entry comes to them, as long as they fit. */
class Lists {
  readonly allow: Map<string, readonly Allowance[]>;
  readonly #service: MtlsUpstreamSpec['service'];

  constructor(service: MtlsUpstreamSpec['service']) {
    this.#service = service;
    this.allow = new Map(service.routes.map(({ name }) => [name, []]));
  }

  /** Gives what of the entry allows nothing. One that does not fit is left out whole; later ones may be smaller. */
  add(entry: AuthorizationEntry, identities: readonly Identity[], field: string): readonly Failure[] {
    const { routes } = this.#service;
    const narrowed = routes.map((route) => ({ name: route.name, part: narrow(entry, route) }));
    if (narrowed.every(({ part }) => part === undefined)) return [allowsNothing(field)];
    const next = new Map(
      narrowed.map(({ name, part }) => {
        const more = part === undefined ? [] : identities.map((identity) => ({ ...identity, ...part }));
        return [name, [...(this.allow.get(name) ?? []), ...more]] as const;
      }),
    );
    if (!this.#fits(next)) return [tooLarge(field)];
    for (const [name, list] of next) this.allow.set(name, list);
    return strayPaths(entry, routes, field);
  }

  #fits(next: ReadonlyMap<string, readonly Allowance[]>): boolean {
    const texts = [...next.values()].map((list) => list.flatMap((one) => this.#textsOf(one)));
    const characters = texts.flat().reduce((sum, text) => sum + text.length, 0);
    return characters <= charactersAtMost && texts.every(({ length }) => length <= valuesAtMost);
  }

  #textsOf({ issuers, subjects, hosts, methods = [], paths = [] }: Allowance): readonly string[] {
    return [...issuers, ...subjects, ...(hosts ?? this.#service.hosts), ...methods, ...paths];
  }
}

/** Which requests of the route the entry is about; undefined: none. */
function narrow(
  { paths, methods }: Pick<AuthorizationEntry, 'paths' | 'methods'>,
  route: Pick<Route, 'paths' | 'methods'>,
): Pick<Allowance, 'methods' | 'paths'> | undefined {
  const used = methods?.filter((method) => route.methods.includes(method)) ?? route.methods;
  const met = paths?.filter((path) => route.paths.some((other) => doMeet(path, other))) ?? route.paths;
  if (used.length === 0 || met.length === 0) return undefined;
  const isEveryMethod = used.length === route.methods.length;
  const isEveryPath = route.paths.every((path) => met.some((wide) => coversPath(wide, path)));
  return {
    ...(!isEveryMethod && { methods: [...used].sort() }),
    ...(!isEveryPath && { paths: [...met].sort() }),
  };
}

function doMeet(one: string, other: string): boolean {
  return coversPath(one, other) || coversPath(other, one);
}

function strayPaths({ paths = [] }: AuthorizationEntry, routes: readonly Route[], field: string): readonly Failure[] {
  const all = routes.flatMap((route) => route.paths);
  const stray = paths.filter((path) => !all.some((other) => doMeet(path, other)));
  return stray.map((path) => permanent('AllowsNothing', `${field}: no route has requests at the path ${path}`));
}

function allowsNothing(field: string): Failure {
  return permanent('AllowsNothing', `${field}: no route has requests of these methods at these paths`);
}

function tooLarge(field: string): Failure {
  const most = `${valuesAtMost} names, hosts, methods and paths for one route, or ${charactersAtMost / 1024} KiB for all`;
  const message = `${field}: with it there would be more than ${most}, so it allows nobody: name issuers and hosts that serve many, or spread the routes over several MtlsUpstreams`;
  return permanent('AuthorizationTooLarge', message);
}
