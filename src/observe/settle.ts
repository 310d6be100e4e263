import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import type { Clock } from '../std/clock.ts';
import type { Failure } from '../std/failure.ts';
import { type ProbeBudget, tooSlow } from './probe-budget.ts';

/** A gateway takes what it was told some milliseconds later (measured: 46 ms with 1,000 objects); this is ample. */
const patience = Temporal.Duration.from({ seconds: 5 });
const interval = 100;
/** Of the probes of one resource; others have theirs at the same time. */
const sideBySide = 8;

/** Looks until nothing is found wrong; answers what still is when patience, or the time for probes, ends. */
export async function settle(
  look: () => Promise<Failure | undefined>,
  run: { readonly clock: Clock; readonly budget: ProbeBudget; readonly signal: AbortSignal },
): Promise<Failure | undefined> {
  const end = run.clock.now().add(patience);
  return await run.budget.spend(async () => {
    for (let before: Failure | undefined; ; ) {
      const wrong = await look();
      // A look that was cut off says less than the one before it.
      if (wrong !== undefined && run.budget.isSpent) return before ?? wrong;
      if (wrong === undefined || Temporal.Instant.compare(run.clock.now(), end) >= 0) return wrong;
      before = wrong;
      await pause(interval, undefined, { signal: run.signal });
    }
  });
}

/**
 * The first thing found wrong, by the order of the items: they are looked at side by side, and none after one that is
 * wrong. Without an answer when the time for probes ended, that is what is wrong.
 */
export async function firstWrong<Item>(
  items: readonly Item[],
  look: (item: Item) => Promise<Failure | undefined>,
  { budget }: { readonly budget: ProbeBudget },
): Promise<Failure | undefined> {
  let first: { readonly index: number; readonly wrong: Failure } | undefined;
  const lookAt = async (item: Item, index: number) => {
    if (first !== undefined && first.index < index) return;
    const found = budget.isSpent ? tooSlow() : await look(item);
    const wrong = found?.reason === 'DataPlaneUnreachable' && budget.isSpent ? tooSlow() : found;
    if (wrong !== undefined && (first === undefined || index < first.index)) first = { index, wrong };
  };
  await pMap(items, lookAt, { concurrency: sideBySide });
  return first?.wrong;
}
