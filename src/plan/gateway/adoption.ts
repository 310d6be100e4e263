import type { AdoptedRef } from '../../api/adoption.ts';
import type { Owner } from '../../model/gateway-state.ts';
import { type Inventory, refKey } from '../../model/inventory.ts';
import { describeOwner, isMarked, isOwnedBy } from '../../model/ownership.ts';
import type { DesiredObject, ObservedObject } from '../../model/remote-object.ts';
import { adoptionLoss } from './adoption-loss.ts';

/**
 * Which objects at a gateway that somebody made by hand become ours, each in the place of one that is desired. Nothing is
 * taken that belongs to another resource of ours, that the administrator has not permitted, or of which a part would be
 * lost that the spec does not speak of.
 */

/** An object that a person has named, as it is there now: itself, then its routes where it is a service. */
export interface Named {
  readonly ref: AdoptedRef;
  readonly found: readonly ObservedObject[];
  /** CA certificates whose clients it lets in now, as PEM; undefined where they cannot be looked at. */
  readonly trusts: readonly string[] | undefined;
}

export interface Adoption {
  readonly object: DesiredObject;
  readonly from: ObservedObject;
}

export interface AdoptionSituation {
  readonly desired: readonly DesiredObject[];
  readonly inventory: Inventory;
  readonly owner: Owner;
  /** CA certificates whose clients are let in by the spec, as PEM. */
  readonly trust: readonly string[];
  readonly may: (object: ObservedObject) => boolean;
  /** An older resource asks for some of the same: what was named may be its to take, and that is told as a conflict. */
  readonly outdone: boolean;
  /** The resource had objects at this gateway before: what it took over then may have been removed since. */
  readonly served: boolean;
}

export interface AdoptionPlan {
  readonly adoptions: readonly Adoption[];
  /** Why one that was named is not taken over, as sentences without a final period. */
  readonly refusals: readonly string[];
}

export function planAdoption(named: readonly Named[], situation: AdoptionSituation): AdoptionPlan {
  const judged = named.map((one) => judge(one, named, situation));
  const adoptions = judged.filter((verdict) => typeof verdict === 'object');
  const refusals = judged.filter((verdict) => typeof verdict === 'string');
  return { adoptions, refusals: [...refusals, ...twice(adoptions)] };
}

/** Undefined: there is nothing to do, as it was taken over before, or an older resource has it. */
function judge(one: Named, all: readonly Named[], situation: AdoptionSituation): Adoption | string | undefined {
  const { owner, may, served, outdone } = situation;
  const [from, ...routes] = one.found;
  if (from === undefined) return served ? undefined : notThere(one.ref, may);
  if (isOwnedBy(from, owner)) return undefined;
  if (!may(from)) return notToBeHad(one.ref);
  const object = isMarked(from) ? undefined : counterpart(from, situation.desired);
  if (object === undefined) return outdone ? undefined : noCounterpart(from);
  const objection = unnamedRoutes(from, routes, all) ?? objectionTo(from, object, one, situation);
  return objection ?? { object, from };
}

function noCounterpart(from: ObservedObject): string {
  const why = isMarked(from) ? `belongs to ${describeOwner(from)}` : 'matches no object that the spec asks for';
  return `${refKey(from)} ${why}`;
}

function objectionTo(
  from: ObservedObject,
  object: DesiredObject,
  { trusts }: Named,
  { inventory, trust }: AdoptionSituation,
): string | undefined {
  const what = refKey(from);
  if (inventory.find(object) !== undefined) return `this resource already has its own object in place of ${what}`;
  if (trusts === undefined) return `${what} refers to CA certificates that cannot be read`;
  const loss = adoptionLoss(from, object, trusts, trust);
  return loss === undefined ? undefined : `${what} ${loss}`;
}

export const askAdministrator = 'ask the administrator to permit it in the configuration of the operator (adoption)';

function notThere({ kind, id }: AdoptedRef, may: AdoptionSituation['may']): string {
  const isPermitted = may({ kind, id, body: {}, labels: {} });
  return isPermitted ? `${kind}/${id} is not in this gateway group` : notToBeHad({ kind, id });
}

/** The same whether it is there or not: a tenant must not learn by it which ids of others there are. */
function notToBeHad({ kind, id }: AdoptedRef): string {
  return `${kind}/${id} is not in this gateway group, or this namespace may not take it over: ${askAdministrator}`;
}

/** What of the desired objects the object is now. */
function counterpart({ kind, claims = [], body }: ObservedObject, desired: readonly DesiredObject[]) {
  const same = desired.filter((object) => object.kind === kind);
  if (kind === 'services') return same[0];
  if (kind !== 'routes') return same.find((object) => object.claims?.some((name) => claims.includes(name)));
  return (
    same.find((object) => object.body['name'] === body['name']) ?? same.find((object) => asksTheSame(object, body))
  );
}

function asksTheSame({ body }: DesiredObject, found: ObservedObject['body']): boolean {
  const texts = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : [value]);
  const paths = (of: ObservedObject['body']) => texts(of['paths'] ?? of['uris'] ?? of['uri']);
  return paths(body) === paths(found) && texts(body['methods']) === texts(found['methods']);
}

/** A gateway removes the routes of a service with it, or refuses to remove the service. */
function unnamedRoutes(
  service: ObservedObject,
  routes: readonly ObservedObject[],
  all: readonly Named[],
): string | undefined {
  const named = new Set(all.map(({ ref }) => refKey(ref)));
  const unnamed = routes.map(refKey).filter((route) => !named.has(route));
  if (unnamed.length === 0) return undefined;
  const more = unnamed.length > shownAtMost ? ` and ${unnamed.length - shownAtMost} more` : '';
  return `${refKey(service)} has ${unnamed.slice(0, shownAtMost).join(', ')}${more}, which the annotation has to name too`;
}

const shownAtMost = 5;

function twice(adoptions: readonly Adoption[]): readonly string[] {
  const groups = [...Map.groupBy(adoptions, ({ object }) => refKey(object)).values()];
  return groups
    .filter(({ length }) => length > 1)
    .map(
      (group) =>
        `${group.map(({ from }) => refKey(from)).join(' and ')} match the same object of the spec: name only one of them`,
    );
}
