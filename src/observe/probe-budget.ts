import { probeDeadline } from '../ports/probe.ts';
import { monotonic } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';
import { type Failure, transient } from '../std/failure.ts';

/** Of all probes of one reconcile together: whoever answers slowly keeps its own resource waiting, and no worker for long. */
const budget = Temporal.Duration.from({ seconds: 10 });

/** How long probes may take, counted while some are made. */
export class ProbeBudget {
  #leftMilliseconds: number;
  /** Monotonic milliseconds at which the probes began that are being made. */
  #since: number | undefined;

  constructor(whole = budget) {
    this.#leftMilliseconds = toMilliseconds(whole);
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Of the next probe. */
  get deadline(): Temporal.Duration {
    const milliseconds = Math.min(toMilliseconds(probeDeadline), Math.ceil(this.#left));
    return Temporal.Duration.from({ milliseconds: Math.max(1, milliseconds) });
  }

  /** Counts the time of probes that follow each other, or are made side by side. */
  async spend<Result>(probes: () => Promise<Result>): Promise<Result> {
    this.#since = monotonic();
    try {
      return await probes();
    } finally {
      this.#leftMilliseconds = this.#left;
      this.#since = undefined;
    }
  }

  get #left(): number {
    return this.#leftMilliseconds - (this.#since === undefined ? 0 : monotonic() - this.#since);
  }
}

/** Always the same sentence: how far they came differs each time, and a status is written only for news. */
export function tooSlow(): Failure {
  return transient(
    'ProofTooSlow',
    `The probes of this resource took more than ${budget.total('seconds')} s in total; the probes that finished in that time found nothing wrong`,
  );
}
