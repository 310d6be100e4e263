import type { Monotonic } from '../std/clock.ts';

/** Whether the process was lately busy with one thing, and nothing else had its turn. */
export interface Stalls {
  readonly lately: boolean;
}

const interval = 500;
/** A Lease is held for some seconds longer than this, by default. */
const longestTurn = 5000;
const memory = 60_000;

/** `monotonic`: milliseconds that never jump. */
export function watchForStalls(monotonic: Monotonic): Stalls {
  let lastTurn = monotonic();
  let stalledAt: number | undefined;
  const look = () => {
    const now = monotonic();
    if (now - lastTurn > longestTurn) stalledAt = now;
    lastTurn = now;
  };
  setInterval(look, interval).unref();
  return {
    get lately() {
      look();
      return stalledAt !== undefined && lastTurn - stalledAt < memory;
    },
  };
}
