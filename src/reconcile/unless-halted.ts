import { WritesHalted } from '../apply/guard.ts';
import { checkAgain, type Outcome } from '../controller/outcome.ts';
import type { Run } from './world.ts';

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
