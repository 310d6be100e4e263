import type { ConditionType } from '../api/conditions.ts';
import { checkAgain, type Outcome } from '../controller/outcome.ts';
import type { StandingProof } from '../plan/standing-proof.ts';
import { notReached, type PartResult } from './progress.ts';
import type { Run } from './world.ts';

/** Nothing may be written, the status neither: the run ends here, as if it had not begun. */
class WritesHalted extends Error {}

/** How long what was not begun waits at most; it is woken as soon as the clocks agree. */
const haltedFor = Temporal.Duration.from({ minutes: 1 });

/** While the clock cannot be trusted nothing begins, and what is under way ends before its next write. */
export async function unlessHalted(
  { clockWatch, clock }: Pick<Run, 'clockWatch' | 'clock'>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    if (clockWatch.find() === undefined) return await work();
  } catch (error) {
    if (!(error instanceof WritesHalted)) throw error;
  }
  return checkAgain(clock.now().add(haltedFor));
}

/** A run that goes on with a proof made before came upon something that differs, before it wrote anything. */
export class ProofFallen extends Error {}

/**
 * To be called before each write: a proof stands only where there is nothing to write. Throws the reason of the signal
 * where the time is up: the process may end at any moment now, and another one lead.
 */
export function beforeWrite({ proof, signal, clockWatch }: Pick<Run, 'proof' | 'signal' | 'clockWatch'>): void {
  signal.throwIfAborted();
  if (clockWatch.find() !== undefined) throw new WritesHalted();
  if (proof !== undefined) throw new ProofFallen();
}

/**
 * The same before a write of the status, which says something else of a gateway that was away, or is back, while a proof
 * of this process stands.
 */
export function beforeStatusWrite(run: Pick<Run, 'proof' | 'signal' | 'clockWatch'>): void {
  const { proof, ...others } = run;
  beforeWrite(proof?.keptUntil === undefined ? run : others);
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

/**
 * Whether the gateway enforces what it was told, and at which addresses: as it was proven before, or else by `prove`.
 * Nothing is proven while an address gives no answer, nor of what nobody could compare with the gateway.
 */
export async function enforcedAt(
  run: Pick<Run, 'proof' | 'outage'>,
  prove: () => Promise<PartResult<readonly string[]>>,
): Promise<PartResult<readonly string[]>> {
  if (run.outage?.dataPlane !== undefined) throw run.outage.dataPlane;
  const proven = asProven(run, 'Enforced', ({ dataPlane }) => dataPlane);
  if (proven !== undefined) return proven;
  return run.outage === undefined ? await prove() : { value: [], ...notReached };
}
