import type { Resource } from '../../api/kinds.ts';
import type { ClaimStatus, Status } from '../../api/status.ts';
import { sha256Hex } from '../../std/digest.ts';
import { type Claimant, claimedParts } from './claims.ts';

/**
 * Since when a resource claims each of its hosts and routes. The age of the resource says nothing about that: an edit can
 * put any name into an old one. So each claim has a time of its own, of when the operator first saw it, in the status,
 * where only the operator writes. In another gateway group, or with other requests of a route, it is another claim.
 */

/** Since when the resource claims its parts, by their names; those are left out that the operator has yet to write down. */
export function knownTimes(claimant: Claimant): ReadonlyMap<string, string> {
  const times = claimedParts(claimant).flatMap(({ name, content }) => {
    const since = knownSince(claimant, name, () => digestOf(content));
    return since === undefined ? [] : [[name, since] as const];
  });
  return new Map(times);
}

/** The newest of them, if any. */
export function newestClaim(claimant: Claimant): readonly string[] {
  return [...knownTimes(claimant).values()].toSorted().slice(-1);
}

/** What the status keeps. A claim that is new is younger than all of `after`, however far the clock was set back. */
export function claimTimes(
  resource: Resource<unknown>,
  { now, after }: { readonly now: string; readonly after: () => readonly string[] },
): ClaimStatus[] {
  const claims = claimedParts(resource).map(({ name, content }) => {
    const digest = digestOf(content);
    return { name, digest, since: knownSince(resource, name, () => digest) };
  });
  if (claims.every(isKnown)) return claims;
  const youngest = [now, ...after().map(nextSecond)].toSorted().at(-1) ?? now;
  return claims.map((claim) => ({ ...claim, since: claim.since ?? youngest }));
}

/**
 * As the status says it. In a spec that nobody has edited every claim is as old as the resource; and of one that an
 * earlier version of the operator has seen, which wrote no times, nothing else is known.
 */
function knownSince({ metadata, status }: Claimant, part: string, digest: () => string): string | undefined {
  // Only the operator writes it, by its own schema.
  const { claims, observedGeneration } = (status ?? {}) as Status;
  const kept = claims?.find(({ name }) => name === part);
  if (kept !== undefined && kept.digest === digest()) return kept.since;
  const { generation, creationTimestamp } = metadata;
  const isAsCreated = generation === 1 || (claims === undefined && observedGeneration === generation);
  return isAsCreated ? creationTimestamp : undefined;
}

function isKnown(claim: Omit<ClaimStatus, 'since'> & { readonly since: string | undefined }): claim is ClaimStatus {
  return claim.since !== undefined;
}

/** Long enough that nobody finds two routes with the same one. */
function digestOf(content: string): string {
  return sha256Hex(content).slice(0, 32);
}

function nextSecond(time: string): string {
  return Temporal.Instant.from(time).add({ seconds: 1 }).toString();
}
