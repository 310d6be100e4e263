import { toMilliseconds } from './duration.ts';

/** Uniform in [0, 1). */
export type Random = () => number;

export interface Backoff {
  readonly first: Temporal.Duration;
  readonly cap: Temporal.Duration;
}

/** A little less than the interval, so that many who started together do not come back together. */
export function jittered(interval: Temporal.Duration, random: Random): Temporal.Duration {
  return Temporal.Duration.from({ milliseconds: Math.round(toMilliseconds(interval) * (0.9 + random() / 10)) });
}

/** A random part of the duration, so that many who start together are spread over it. */
export function sometimeWithin(duration: Temporal.Duration, random: Random): Temporal.Duration {
  return Temporal.Duration.from({ milliseconds: Math.round(toMilliseconds(duration) * random()) });
}

/**
 * Pause after the n-th failure in a row (n from 1): doubles up to the cap, of which a random half is taken away, so
 * that many who failed together do not come back together, and nobody comes back at once.
 */
export function backoffMilliseconds({ first, cap }: Backoff, failures: number, random: Random): number {
  const ceiling = Math.min(toMilliseconds(cap), toMilliseconds(first) * 2 ** (failures - 1));
  return ceiling * (0.5 + random() / 2);
}
