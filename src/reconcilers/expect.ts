import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from '../std/failure.ts';
import type { Run } from './world.ts';

/** A gateway takes what it was told some milliseconds later (measured: 46 ms with 1,000 objects); this is ample. */
const patience = Temporal.Duration.from({ seconds: 5 });
const interval = 100;

/** Looks until nothing is found wrong; answers what still is when patience ends. */
export async function settle(look: () => Promise<Failure | undefined>, run: Run): Promise<Failure | undefined> {
  const end = run.clock.now().add(patience);
  for (;;) {
    const wrong = await look();
    if (wrong === undefined || Temporal.Instant.compare(run.clock.now(), end) >= 0) return wrong;
    await pause(interval, undefined, { signal: run.signal });
  }
}

/** The first thing found wrong, looked for one after another. */
export async function firstWrong<Item>(
  items: readonly Item[],
  look: (item: Item) => Promise<Failure | undefined>,
): Promise<Failure | undefined> {
  for (const item of items) {
    const wrong = await look(item);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
