import { isDeepStrictEqual } from 'node:util';
import type { UnverifiedDenial } from '../../model/denial.ts';
import type { Owner } from '../../model/gateway-state.ts';
import { type Inventory, refKey } from '../../model/inventory.ts';
import { isOwnedBy } from '../../model/ownership.ts';
import { type DesiredObject, stringsOf } from '../../model/remote-object.ts';
import type { Failure } from '../../std/failure.ts';
import type { Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import { openUntil } from './open-sessions.ts';

/**
 * Whom a gateway refuses because of a session from before the host demanded a certificate. At these hosts nobody else comes
 * without one. Nobody is refused at the hosts of others, nor where a path is exempt.
 */

/** More names of others below a wildcard than this are not worth a rule: sessions at that wildcard are not cut. */
const exceptionsAtMost = 100;

/** What there is at the gateway, and whose it is. */
interface Seen {
  readonly inventory: Inventory;
  readonly owner: Owner;
}

/** By the label of the objects, those that end at the same moment together. */
export function unverifiedDenials(
  desired: readonly DesiredObject[],
  seen: Seen,
  now: Temporal.Instant,
): readonly UnverifiedDenial[] {
  const found = desired.flatMap((object) => {
    const until = openUntil(stringsOf(object.body['labels']), now);
    return until === undefined ? [] : hostsOf(object, seen).map((host) => ({ ...host, until: until.toString() }));
  });
  return [...Map.groupBy(found, ({ until }) => until)].map(([until, hosts]) => ({
    by: 'unverified' as const,
    hosts: hosts.map(({ name }) => name).sort(),
    except: [...new Set(hosts.flatMap(({ except }) => except))].sort(),
    until,
  }));
}

function hostsOf({ kind, claims = [] }: DesiredObject, { inventory, owner }: Seen) {
  const isOfOthers = (name: string) => inventory.claimants(kind, name).some((object) => !isOwnedBy(object, owner));
  return claims.flatMap((name) => {
    const except = name.startsWith('*.') ? inventory.claimsBelow(kind, name).filter(isOfOthers) : [];
    return isOfOthers(name) || except.length > exceptionsAtMost ? [] : [{ name, except }];
  });
}

/** Others may have a name there, too. */
export function isBelowWildcard({ hosts }: UnverifiedDenial): boolean {
  return hosts.some((host) => host.startsWith('*.'));
}

/**
 * What of it may stand while the objects are put there: a host that goes, or gets a path that is exempt, may be served to
 * clients without a certificate from then on. Undefined: all of it.
 */
export function unverifiedMeanwhile(
  desired: readonly DesiredObject[],
  seen: Seen,
  now: Temporal.Instant,
): readonly UnverifiedDenial[] | undefined {
  const next = new Map(desired.map((object) => [refKey(object), object]));
  const before = seen.inventory.ownedBy(seen.owner).filter(({ labels }) => openUntil(labels, now) !== undefined);
  const isKept = (object: (typeof before)[number]) => {
    const after = next.get(refKey(object));
    return after !== undefined && !after.isOpen && (object.claims ?? []).every((name) => after.claims?.includes(name));
  };
  if (before.every(isKept)) return undefined;
  const claimed = new Set(before.flatMap(({ claims = [] }) => claims));
  const stays = desired.map((object) => ({
    ...object,
    claims: (object.claims ?? []).filter((name) => claimed.has(name)),
  }));
  return unverifiedDenials(stays, seen, now);
}

const part = 'gateway/sessions';

/** Before the objects are put there. A gateway that has no such rule, or cannot have one, refuses nobody by it. */
export function meanwhileSteps(
  gateway: string,
  denials: readonly UnverifiedDenial[] | undefined,
  { done, failed }: Pick<Observed, 'done' | 'failed'>,
): readonly Step[] {
  if (denials === undefined || failed.has(part)) return [];
  const step = { part, do: 'deny', gateway, denials, scope: 'unverified' } as const;
  return done.some((one) => isDeepStrictEqual(one, step)) ? [] : [step];
}

/** Why the objects have to wait for it; what somebody else has to put right keeps none of them waiting. */
export function meanwhileFailure({ failed }: Pick<Observed, 'failed'>): Failure | undefined {
  const failure = failed.get(part);
  return failure?.class === 'transient' ? failure : undefined;
}
