/** Time is a parameter: only `main` and `cli` read the wall clock and hand it out as a `Clock`. */
export interface Clock {
  now(): Temporal.Instant;
}
