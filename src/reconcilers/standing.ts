import type { ConditionType } from '../api/conditions.ts';
import type { StandingProof } from '../plan/standing-proof.ts';
import type { PartResult } from './progress.ts';
import type { Run } from './world.ts';

/** A run that goes on with the proof of an earlier process came upon something that differs, before it wrote anything. */
export class ProofFallen extends Error {}

/**
 * To be called before each write: a proof stands only where there is nothing to write. Throws the reason of the signal
 * where the time is up: the process may end at any moment now, and another one lead.
 */
export function beforeWrite({ proof, signal }: Pick<Run, 'proof' | 'signal'>): void {
  signal.throwIfAborted();
  if (proof !== undefined) throw new ProofFallen();
}

/** The part as the proof that stands has found it; undefined: it has to be probed. */
export function asProven<Value>(
  { proof }: Pick<Run, 'proof'>,
  part: ConditionType,
  take: (proof: StandingProof) => Value,
): PartResult<Value> | undefined {
  const found = proof?.parts.find(({ type }) => type === part);
  if (proof === undefined || found === undefined) return undefined;
  return { value: take(proof), reason: found.reason, message: found.message };
}
