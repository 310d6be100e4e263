import type { Owner } from '../../model/gateway-state.ts';
import { type Inventory, refKey } from '../../model/inventory.ts';
import { describeOwner, hashLabel, isClaimedByOthers, isOwnedBy } from '../../model/ownership.ts';
import {
  type Change,
  type DesiredObject,
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
  stringsOf,
  withoutKeys,
} from '../../model/remote-object.ts';
import type { Finding } from '../../std/finding.ts';
import type { Adoption } from './adoption.ts';
import { openUntil } from './open-sessions.ts';

/**
 * The requests that make a gateway hold what is desired, in the order in which they must be sent: desired objects in
 * their given order (each refers only to earlier ones), then what is left over of this owner, last made first removed.
 * Traffic so never meets a missing certificate.
 */
export function gatewayChanges(
  observed: Inventory,
  desired: readonly DesiredObject[],
  owner: Owner,
): readonly Change[] {
  const puts = desired.flatMap((object): Change[] => {
    const seen = observed.find(object);
    if (seen === undefined) return [{ type: 'put', object, because: 'missing' }];
    const fields = differingFields(seen, object);
    return fields.length === 0 ? [] : [{ type: 'put', object, because: 'differs', fields }];
  });
  const wanted = new Set(desired.map(refKey));
  const leftOver = observed
    .ownedBy(owner)
    .filter((object) => !wanted.has(refKey(object)))
    .map(({ kind, id }): Change => ({ type: 'remove', ref: { kind, id } }))
    .reverse();
  return [...puts, ...leftOver];
}

/** The same, with what is missing put in the place of what is taken over for it. */
export function withAdoptions(changes: readonly Change[], adoptions: readonly Adoption[]): readonly Change[] {
  const byRef = new Map(adoptions.map(({ object, from }) => [refKey(object), from]));
  return changes.map((change) => {
    const from = change.type === 'put' && change.because === 'missing' ? byRef.get(refKey(change.object)) : undefined;
    return change.type === 'put' && from !== undefined
      ? { type: 'put', object: change.object, because: 'adopted', from }
      : change;
  });
}

/** How what is at a gateway differs from how it was left. */
export interface Drift {
  /** What of others stands in the way. */
  readonly conflict?: string;
  /** What a reconcile would do about it, one line for each object. */
  readonly changes: readonly string[];
}

export function findDrift(
  observed: Inventory,
  desired: readonly DesiredObject[],
  owner: Owner,
  now: Temporal.Instant,
): Drift {
  const conflict = findGatewayConflict(observed, desired, owner);
  const unknown = desired.filter((object) => areSessionsUnknown(observed.find(object), object, now));
  const sessions = unknown.map((object) => `${refKey(object)} has sessions from before it asked for certificates`);
  const changes = gatewayChanges(observed, desired, owner).map((change) => {
    if (change.type === 'remove') return `${refKey(change.ref)} is not expected`;
    const fields = change.because === 'differs' ? change.fields.join(', ') : '';
    return `${refKey(change.object)} ${change.because}${fields === '' ? '' : ` in ${fields}`}`;
  });
  const all = [...changes, ...sessions];
  return conflict === undefined ? { changes: all } : { conflict: conflict.message, changes: all };
}

/** An operator was killed after it had closed the object, and before it refused the sessions: the proof from before stands. */
function areSessionsUnknown(seen: ObservedObject | undefined, { body }: DesiredObject, now: Temporal.Instant): boolean {
  return openUntil(seen?.labels, now) !== undefined && openUntil(stringsOf(body['labels']), now) === undefined;
}

/** What stands in the way: an object of that id, or one with that claim, which is not ours. It is never overwritten. */
export function findGatewayConflict(
  observed: Inventory,
  desired: readonly DesiredObject[],
  owner: Owner,
): Finding | undefined {
  const foreign = findForeignObject(observed, desired, owner);
  if (foreign !== undefined) return foreign;
  const [taken] = findTakenNames(observed, desired, owner);
  return taken === undefined ? undefined : { reason: 'SniConflict', message: describeTaken(taken) };
}

/** The first object that has an id of ours and is not ours. */
export function findForeignObject(
  observed: Inventory,
  desired: readonly DesiredObject[],
  owner: Owner,
): Finding | undefined {
  const sameIds = desired.map((object) => observed.find(object)).filter((object) => object !== undefined);
  const foreign = sameIds.find((object) => !isOwnedBy(object, owner));
  return foreign === undefined ? undefined : notOurs(foreign);
}

/** A name that we want, or requests, and the object of somebody else that has it at the gateway. */
export interface Taken {
  readonly name: string;
  readonly holder: ObservedObject;
  /** An object of ours has it too, where a gateway lets one shadow the other. */
  readonly held: boolean;
  /** Of requests. */
  readonly place?: Place;
}

/** Where the requests of a route arrive. */
interface Place {
  /** The name of our route. */
  readonly route: string;
  /** '' for every host. */
  readonly host: string;
  readonly path: string;
}

export function findTakenNames(observed: Inventory, desired: readonly DesiredObject[], owner: Owner): readonly Taken[] {
  return desired.flatMap(({ kind, claims = [] }) =>
    claims.flatMap((name): Taken[] => {
      const claimants = observed.claimants(kind, name);
      const holder = claimants.find((object) => !isOwnedBy(object, owner));
      return holder === undefined ? [] : [{ name, holder, held: claimants.some((object) => isOwnedBy(object, owner)) }];
    }),
  );
}

/** Whether the changes give us a name that no object of ours has yet, be it by a new object or by one that is there. */
export function takesName(changes: readonly Change[], observed: Inventory, owner: Owner): boolean {
  return changes.some((change) => {
    if (change.type === 'remove') return false;
    const { kind, claims = [] } = change.object;
    return claims.some((name) => !observed.claimants(kind, name).some((object) => isOwnedBy(object, owner)));
  });
}

function notOurs(object: ObservedObject): Finding {
  return {
    reason: 'NotOurs',
    message: `The object ${refKey(object)} at the gateway belongs to ${describeOwner(object)}; the operator does not change it`,
  };
}

export function describeTaken({ name, holder, held, place }: Taken): string {
  const what = place === undefined ? `The name ${name} is` : `A request of the route ${place.route} (${name}) is`;
  return `${what} ${held ? 'also ' : ''}taken at the gateway by ${refKey(holder)}, which belongs to ${describeOwner(holder)}; the operator does not change it`;
}

/** Readable fields are compared one by one, so that a change by hand shows even under the old hash. */
function differingFields(seen: ObservedObject, wanted: DesiredObject): readonly string[] {
  const readable = Object.entries(withoutKeys(wanted.body, ['labels', ...wanted.writeOnly]));
  const isAsDesired = (key: string, value: Json) =>
    includes(seen.body[key], value) && (!wanted.exact?.includes(key) || includes(value, seen.body[key] ?? null));
  const fields = readable.filter(([key, value]) => !isAsDesired(key, value)).map(([key]) => key);
  const marks = isClaimedByOthers(seen.labels) ? ['labels'] : [];
  const hash = seen.labels[hashLabel] === hashOf(wanted) ? [] : [hashLabel];
  return [...fields, ...marks, ...hash];
}

function hashOf(object: DesiredObject): string | undefined {
  const labels = object.body['labels'] as JsonObject | undefined;
  const hash = labels?.[hashLabel];
  return typeof hash === 'string' ? hash : undefined;
}

/** Whether `seen` says at least all that `wanted` says: a gateway adds defaults and times of its own. */
export function includes(seen: Json | undefined, wanted: Json): boolean {
  if (typeof wanted === 'string' && typeof seen === 'string') return seen.trim() === wanted.trim();
  if (Array.isArray(wanted)) {
    return Array.isArray(seen) && seen.length === wanted.length && wanted.every((item, i) => includes(seen[i], item));
  }
  if (isJsonObject(wanted)) {
    return isJsonObject(seen) && Object.entries(wanted).every(([key, value]) => includes(seen[key], value));
  }
  return seen === wanted;
}
