/** Time is a parameter: only `main` and `cli` read the wall clock and hand it out as a `Clock`. */
export interface Clock {
  now(): Temporal.Instant;
}

/** Milliseconds on a clock that only goes forward: it measures, and says nothing of the day. */
export type Monotonic = () => number;

export const monotonic: Monotonic = () => performance.now();
