import type { ConditionDraft } from '../../api/conditions.ts';
import type { RotationState, RotationStatus } from '../../api/rotation.ts';
import { toWholeSeconds } from '../../pki/x509/validity.ts';

/** Where it was seen that a rotation may go on. */
export interface Evidence {
  /** The state that could end by it. */
  readonly gate: RotationState;
  /** As `host:port`. */
  readonly endpoints: readonly string[];
  readonly at: Temporal.Instant;
}

/** How far the CA of a resource is that follows another one. */
export interface RotationFinding {
  readonly state: RotationState;
  /** SHA-256, lower-case hexadecimal. */
  readonly signing: string;
  readonly other: string;
  /** Ends of a sentence that begins with "waits for"; none: it goes on at once. */
  readonly waitsFor: readonly string[];
  /** Of this reconcile. */
  readonly evidence: readonly Evidence[];
  readonly retiredWithout?: string | undefined;
}

/** What holds a rotation while any other part of the resource is not as it should be. */
export const notInOrder = 'everything else of this resource to be in order';

/** As it was last seen, where nobody came to look at it. */
export function asLastSeen({ state, signing, other, retiredWithout }: RotationStatus): RotationFinding {
  return { state, signing, other, retiredWithout, waitsFor: [notInOrder], evidence: [] };
}

const said: Readonly<Record<RotationState, Pick<ConditionDraft, 'reason' | 'message'>>> = {
  Prepared: {
    reason: 'RotationPrepared',
    message: 'Another CA follows the one of this resource: it exists, and is not trusted everywhere yet',
  },
  Trusted: {
    reason: 'RotationTrusted',
    message: 'Another CA follows the one of this resource: both are trusted, the present one signs',
  },
  Switched: { reason: 'RotationSwitched', message: 'The next CA of this resource signs; both are trusted' },
  Drained: {
    reason: 'RotationDrained',
    message: 'The next CA of this resource signs and is shown everywhere; both are trusted',
  },
  Retired: { reason: 'RotationRetired', message: 'The previous CA of this resource is trusted no more' },
};

/** There only while it is so, like Stalled. */
export function rotatingCondition(found: RotationFinding | undefined): readonly ConditionDraft[] {
  if (found === undefined) return [];
  const { reason, message } = said[found.state];
  const wait = found.waitsFor.length === 0 ? '' : `; waits for ${found.waitsFor.join(', and for ')}`;
  return [{ type: 'Rotating', status: 'True', reason, message: `${message}${wait}` }];
}

/** What the status says of it. What was seen for the same two CAs stays; the time of a state is kept while it lasts. */
export function rotationStatus(
  found: RotationFinding,
  before: RotationStatus | undefined,
  now: string,
): RotationStatus {
  const { state, signing, other, waitsFor, evidence, retiredWithout } = found;
  const isSame = before !== undefined && pair(before) === pair(found);
  const seen = evidence.map(({ gate, endpoints, at }) => ({
    gate,
    at: toWholeSeconds(at).toString(),
    endpoints: [...endpoints],
  }));
  const reason = retiredWithout ?? (isSame ? before.retiredWithout : undefined);
  return {
    ...{ state, signing, other, waitsFor: [...waitsFor] },
    since: isSame && before.state === state ? before.since : now,
    evidence: [...(isSame ? before.evidence : []), ...seen].slice(-8),
    ...(reason === undefined ? {} : { retiredWithout: reason }),
  };
}

/** Whichever of the two signs. */
function pair({ signing, other }: Pick<RotationFinding, 'signing' | 'other'>): string {
  return [signing, other].sort().join();
}
