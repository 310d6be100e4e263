import type { Told } from '../events/about.ts';
import type { Logger } from '../log.ts';
import { jittered, type Random } from '../std/backoff.ts';
import type { Clock } from '../std/clock.ts';
import { seconds, toMilliseconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { clockTolerance, findSkew, skewOf } from './clock-skew.ts';
import { pauses } from './pauses.ts';

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** What time it is at the API server; undefined before its first answer. */
  readonly serverTime: () => Temporal.Instant | undefined;
  /** Asks the API server for an answer, whatever it is. Throws a `Failure` where none comes. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  readonly tolerance?: Temporal.Duration;
  readonly interval?: Temporal.Duration;
  readonly random: Random;
  readonly log: Logger;
  /** Has every resource reconciled: nothing was written for any of them meanwhile. */
  readonly wakeAll: () => void;
  /** Tells whoever runs the operator. */
  readonly tell: (told: Told) => void;
}

const usualInterval = seconds(10);

/**
 * Compares the clock of the operator with that of the API server. A clock that is days ahead issues certificates which
 * nobody can verify for days; one that is behind keeps what has expired. Nothing is written while they differ.
 */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #told = false;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
  }

  /** Seconds by which the clock is ahead now; undefined before the first answer of the API server. */
  get skew(): number | undefined {
    return skewOf(this.#options.clock.now(), this.#options.serverTime());
  }

  /** A sentence: why nothing may be written now. */
  find(): string | undefined {
    return findSkew(this.skew, this.#options.tolerance ?? clockTolerance);
  }

  /** Looks until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { interval = usualInterval, random } = this.#options;
    do await this.check(signal);
    while (await pauses(toMilliseconds(jittered(interval, random)), signal));
  }

  /** Compares with a new answer, and tells when the clocks part, and when they agree again. */
  async check(signal: AbortSignal): Promise<void> {
    await this.#ask(signal);
    const skewed = this.find();
    if (signal.aborted || (skewed !== undefined) === this.#told) return;
    this.#told = skewed !== undefined;
    this.#report(skewed);
    if (skewed === undefined) this.#options.wakeAll();
  }

  /** That no answer comes is told elsewhere; the last one stands meanwhile. */
  async #ask(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.ask(signal);
    } catch (error) {
      if (!signal.aborted && !(error instanceof Failure)) throw error;
    }
  }

  #report(skewed: string | undefined): void {
    const { log, tell } = this.#options;
    if (skewed === undefined) {
      log.info('the clocks agree again');
      tell({ type: 'Normal', reason: 'ClockAgrees', action: 'Compare', note: 'The clocks agree again' });
      return;
    }
    log.error({ message: skewed }, 'clock differs from that of the API server');
    tell({ type: 'Warning', reason: 'ClockSkewed', action: 'Compare', note: skewed });
  }
}
