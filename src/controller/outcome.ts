import type { Failure } from '../std/failure.ts';

/**
 * How one reconcile ended.
 * - `settled`: nothing to do until an event comes.
 * - `checkAgain`: nothing to do before `at` (a renewal); an earlier event is welcome.
 * - `retry`: with the key's back-off.
 * - `stalled`: only an event helps, an edit by a person as a rule. A reconciler that waits for something that sends no
 *   event, such as an administrator's grant, answers `checkAgain` instead.
 */
export type Outcome =
  | { readonly kind: 'settled' }
  | { readonly kind: 'checkAgain'; readonly at: Temporal.Instant }
  | { readonly kind: 'retry'; readonly cause: Failure }
  | { readonly kind: 'stalled'; readonly cause: Failure };

export const settled: Outcome = { kind: 'settled' };

export function checkAgain(at: Temporal.Instant): Outcome {
  return { kind: 'checkAgain', at };
}

/** The one conversion of a failure: transient ones are retried, permanent ones stall. */
export function toOutcome(cause: Failure): Outcome {
  switch (cause.class) {
    case 'transient':
      return { kind: 'retry', cause };
    case 'permanent':
      return { kind: 'stalled', cause };
  }
}
