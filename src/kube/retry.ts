import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';

/** undici's own retry agent has no jitter and resumes bodies by ranges, which the API server does not know. */
const backoff: Backoff = {
  first: Temporal.Duration.from({ milliseconds: 200 }),
  cap: Temporal.Duration.from({ seconds: 5 }),
};
const attempts = 4;
const longestRetryAfter = 10;

export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Whether the same request twice does what one does. */
  readonly idempotent: boolean;
  /** Undefined: no answer, so it may have been carried out. */
  readonly status: number | undefined;
  /** Seconds, as the header says. */
  readonly retryAfter: string | undefined;
}

/** Milliseconds until the next attempt; undefined: this one stands. */
export function retryPause(attempt: Attempt, random: Random): number | undefined {
  if (attempt.number >= attempts || !worthRetrying(attempt)) return undefined;
  const pause = backoffMilliseconds(backoff, attempt.number, random);
  const asked = Number(attempt.retryAfter);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, longestRetryAfter) * 1000 + pause : pause;
}

/** 429 is said before a request is carried out, so anything may be repeated after it. */
function worthRetrying({ status, idempotent }: Attempt): boolean {
  return status === 429 || (idempotent && (status === undefined || status === 503));
}
