import type { Owner } from '../model/gateway-state.ts';
import { describeOwner, hashLabel, isOwnedBy } from '../model/ownership.ts';
import {
  type Change,
  type DesiredObject,
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
  type RemoteRef,
} from '../model/remote-object.ts';
import type { Finding } from '../std/finding.ts';

/**
 * The requests that make a gateway hold what is desired, in the order in which they must be sent: desired objects in
 * their given order (each refers only to earlier ones), then what is left over of this owner, last made first removed.
 * Traffic so never meets a missing certificate.
 */
export function gatewayChanges(
  observed: readonly ObservedObject[],
  desired: readonly DesiredObject[],
  owner: Owner,
): readonly Change[] {
  const puts = desired.flatMap((object): Change[] => {
    const seen = observed.find((other) => isSame(other, object));
    if (seen === undefined) return [{ type: 'put', object, because: 'missing' }];
    return isAsDesired(seen, object) ? [] : [{ type: 'put', object, because: 'differs' }];
  });
  const leftOver = observed
    .filter((object) => isOwnedBy(object, owner) && !desired.some((wanted) => isSame(wanted, object)))
    .map(({ kind, id }): Change => ({ type: 'remove', ref: { kind, id } }))
    .reverse();
  return [...puts, ...leftOver];
}

/** What stands in the way: an object of that id, or one with that claim, which is not ours. It is never overwritten. */
export function findGatewayConflict(
  observed: readonly ObservedObject[],
  desired: readonly DesiredObject[],
  owner: Owner,
): Finding | undefined {
  const foreign = observed.filter((other) => !isOwnedBy(other, owner));
  for (const object of desired) {
    const sameId = foreign.find((other) => isSame(other, object));
    if (sameId !== undefined) return notOurs(sameId);
    const sameClaim = foreign.find((other) => other.kind === object.kind && claims(other, object));
    if (sameClaim !== undefined) return claimTaken(sameClaim);
  }
  return undefined;
}

function isSame(one: RemoteRef, other: RemoteRef): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function claims(one: ObservedObject, other: DesiredObject): boolean {
  return other.claim !== undefined && one.claim === other.claim;
}

function notOurs({ kind, id, labels }: ObservedObject): Finding {
  const whose = describeOwner(labels) ?? 'somebody else';
  return {
    reason: 'NotOurs',
    message: `The object ${kind}/${id} at the gateway belongs to ${whose}; it is left alone`,
  };
}

function claimTaken({ kind, id, claim, labels }: ObservedObject): Finding {
  const whose = describeOwner(labels) ?? 'somebody else';
  return {
    reason: 'SniConflict',
    message: `The name ${claim} is taken at the gateway by ${kind}/${id}, which belongs to ${whose}; it is left alone`,
  };
}

/** Readable fields are compared one by one, so that a change by hand shows even under the old hash. */
function isAsDesired(seen: ObservedObject, wanted: DesiredObject): boolean {
  const { labels: _, ...readable } = omit(wanted.body, wanted.writeOnly);
  return seen.labels[hashLabel] === hashOf(wanted) && includes(seen.body, readable);
}

function hashOf(object: DesiredObject): string | undefined {
  const labels = object.body['labels'] as JsonObject | undefined;
  const hash = labels?.[hashLabel];
  return typeof hash === 'string' ? hash : undefined;
}

function omit(body: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
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
