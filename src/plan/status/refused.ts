import { type RefusedStatus, refusedAtMost } from '../../api/status.ts';
import { toWholeSeconds } from '../../pki/x509/validity.ts';

/** Whom the gateway refuses although their certificates have not ended. */
export interface Refusing {
  /** `client/curl`, or `issuer/` and the name of a CA. */
  readonly parties: readonly string[];
  /** Those of them of which a request with the certificate itself was refused in this reconcile. */
  readonly proven: readonly string[];
  /** How long an answer or a WebSocket lasts at most; undefined: nobody knows. */
  readonly longestConnection?: Temporal.Duration | undefined;
}

/** The ledger: since when each is refused, and until when something that it began before may still last. */
export function refusedStatus(
  found: Refusing | undefined,
  before: readonly RefusedStatus[],
  now: Temporal.Instant,
): RefusedStatus[] {
  // What is there stays known while something keeps us from looking at it.
  if (found === undefined) return [...before];
  const at = toWholeSeconds(now).toString();
  const { parties, proven, longestConnection } = found;
  return parties.slice(0, refusedAtMost).map((name) => {
    const seen = before.find((one) => one.name === name);
    const since = seen?.since ?? at;
    const provenAt = seen?.provenAt ?? (proven.includes(name) ? at : undefined);
    const end = longestConnection && Temporal.Instant.from(since).add(longestConnection);
    const isOpen = end !== undefined && Temporal.Instant.compare(now, end) < 0;
    return { name, since, ...(provenAt && { provenAt }), ...(isOpen && { openUntil: end.toString() }) };
  });
}
