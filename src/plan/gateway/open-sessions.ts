import type { Owner } from '../../model/gateway-state.ts';
import { type Inventory, refKey } from '../../model/inventory.ts';
import { isOwnedBy, openUntilLabel } from '../../model/ownership.ts';
import { type DesiredObject, isJsonObject, type ObservedObject } from '../../model/remote-object.ts';
import { toWholeSeconds } from '../../pki/x509/validity.ts';
import type { Adoption } from './adoption.ts';

/**
 * Connections and TLS sessions that clients began without a certificate, before a host demanded one. A gateway lets them go
 * on (measured with Apache APISIX 3.18: a session is resumed for ten minutes, a kept connection lasts up to an hour), so it
 * is told to refuse them. Only where it is seen that the host was open: a rule costs every request something. That it was
 * stands in a label of the object by which it is closed, and nowhere else.
 */

/** A minute more than the longest of them lasts, for the way to the gateway. */
const longest = Temporal.Duration.from({ hours: 1, minutes: 1 });
/** What somebody has written into the label counts no further; clocks of operators may differ. */
const furthest = Temporal.Duration.from({ hours: 2 });

/** What there is at the gateway before the objects are put there. */
interface Before {
  readonly inventory: Inventory;
  readonly adoptions: readonly Adoption[];
  readonly owner: Owner;
}

/** The objects with the label where it is seen that clients had no need of a certificate, or was within the last hour. */
export function withOpenSessions(
  desired: readonly DesiredObject[],
  before: Before,
  now: Temporal.Instant,
): readonly DesiredObject[] {
  return desired.map((object) => {
    if (object.claims === undefined || object.isOpen) return object;
    const isOpened = wasOpen(object, object.claims, before);
    const until = isOpened ? toWholeSeconds(now.add(longest)) : openUntil(seenOf(object, before)?.labels, now);
    return until === undefined ? object : labelled(object, until);
  });
}

/** Whether one of its names was served to clients without a certificate, by what it takes the place of. */
function wasOpen(object: DesiredObject, claims: readonly string[], before: Before): boolean {
  const { inventory, adoptions } = before;
  const from = adoptions.find((one) => refKey(one.object) === refKey(object))?.from ?? seenOf(object, before);
  if (from?.isOpen) return true;
  const isOpenAbove = (name: string) =>
    inventory.claimants(object.kind, wildcardAbove(name)).some(({ isOpen }) => isOpen === true);
  return claims.some((name) => !from?.claims?.includes(name) && isOpenAbove(name));
}

/** The one wildcard that serves a name which no object has. */
function wildcardAbove(name: string): string {
  return name.startsWith('*.') ? '' : name.replace(/^[^.]+/, '*');
}

function seenOf(object: DesiredObject, { inventory, owner }: Pick<Before, 'inventory' | 'owner'>) {
  const seen = inventory.find(object);
  return seen !== undefined && isOwnedBy(seen, owner) ? seen : undefined;
}

function labelled(object: DesiredObject, until: Temporal.Instant): DesiredObject {
  const { labels } = object.body;
  const text = String(until.epochMilliseconds / 1000);
  return {
    ...object,
    body: { ...object.body, labels: { ...(isJsonObject(labels) ? labels : {}), [openUntilLabel]: text } },
  };
}

/** Until when clients may have them, by the label; undefined: they have ended, or never were. */
export function openUntil(
  labels: ObservedObject['labels'] | undefined,
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  const text = labels?.[openUntilLabel];
  if (text === undefined || !/^\d{1,11}$/.test(text)) return undefined;
  const until = Temporal.Instant.fromEpochMilliseconds(Number(text) * 1000);
  const { compare } = Temporal.Instant;
  return compare(now, until) <= 0 && compare(until, now.add(furthest)) <= 0 ? until : undefined;
}
