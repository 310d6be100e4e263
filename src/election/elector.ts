import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { after } from '../std/after.ts';
import type { Random } from '../std/backoff.ts';
import { Failure, transient } from '../std/failure.ts';
import type { Decision, LossReason } from './decide.ts';
import { Hold, type HoldOptions, type Writing } from './hold.ts';

export interface ElectorOptions extends HoldOptions {
  /** `namespace/name` of the Lease. */
  readonly lease: string;
  readonly retryMilliseconds: number;
  readonly random: Random;
  readonly log: Logger;
  /** How long a release waits for what is under way, and then again for its own calls; 2 s if left out. */
  readonly releaseMilliseconds?: number;
}

export const defaultReleaseMilliseconds = 2_000;

/**
 * Watches the Lease, asks for it from `stand` on until it is ours, then renews it until `release`. Leadership that was
 * lost is lost for good: this process may have written what it must not have, so it ends, and a new one begins from
 * what is.
 */
export class Elector {
  readonly #options: ElectorOptions;
  readonly #hold: Hold;
  readonly #led = Promise.withResolvers<void>();
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  readonly #stood = new AbortController();
  readonly #releaseMilliseconds: number;
  /** Ends the round that is under way at a release. */
  readonly #cut: AbortSignal;
  #running: Promise<void> | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #silent = false;

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#hold = new Hold(options);
    this.#releaseMilliseconds = options.releaseMilliseconds ?? defaultReleaseMilliseconds;
    this.#cut = after(this.#released.signal, Temporal.Duration.from({ milliseconds: this.#releaseMilliseconds }));
  }

  /** Resolves when the Lease is ours; stays pending if it never is. */
  get led(): Promise<void> {
    return this.#led.promise;
  }

  /** Aborts with a `Failure` once the Lease was ours and is no more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether we may act at this moment. */
  get leading(): boolean {
    return !this.#lost.signal.aborted && this.#hold.isHeld;
  }

  /** Whether the Lease was read or written lately enough to believe what we know of it. */
  get fresh(): boolean {
    return this.#hold.isFresh;
  }

  /** From now on the Lease is asked for, at once. Until then it is only read: who leads must be able to begin. */
  stand(): void {
    this.#stood.abort();
  }

  /** Runs until the Lease is lost or released. */
  run(): Promise<void> {
    this.#running ??= this.#loop();
    return this.#running;
  }

  /** To be called when nothing of ours acts any more: the next one is let in at once instead of after the duration. */
  async release(): Promise<void> {
    this.#released.abort();
    await this.#running;
    clearTimeout(this.#deadline);
    if (!this.leading) return;
    const { lease, log } = this.#options;
    try {
      if (await this.#hold.free(AbortSignal.timeout(this.#releaseMilliseconds)))
        log.info({ lease }, 'released the lease');
      else log.warn({ lease, reason: 'Conflict' }, 'lease not released: another process has written it');
    } catch (error) {
      log.warn({ lease, reason: reasonOf(error) }, 'lease not released: it expires by itself');
    }
  }

  /** Stops asking, and leaves the lease to expire: for who cannot say that nothing of ours acts any more. */
  abandon(): void {
    this.#released.abort();
    clearTimeout(this.#deadline);
  }

  async #loop(): Promise<void> {
    while (!this.#released.signal.aborted && !this.#lost.signal.aborted) {
      await this.#round();
      // Half of it is left to chance, so that candidates do not ask in step.
      const pause = this.#options.retryMilliseconds * (0.5 + this.#options.random() / 2);
      await sleep(pause, undefined, { signal: this.#interruption() }).catch(() => {});
    }
  }

  #interruption(): AbortSignal {
    const awaited = this.#stood.signal.aborted ? [] : [this.#stood.signal];
    return AbortSignal.any([this.#released.signal, this.#lost.signal, ...awaited]);
  }

  async #round(): Promise<void> {
    const half = this.#options.candidate.renewDeadlineMilliseconds / 2;
    const limit = AbortSignal.any([AbortSignal.timeout(half), this.#cut]);
    try {
      // The holder knows the version that it wrote; a refused write makes it read.
      if (!this.#hold.wasHeld) await this.#hold.read(limit);
      if (this.#stood.signal.aborted) await this.#act(this.#hold.decide(), limit);
      this.#silent = false;
    } catch (error) {
      this.#note(error, limit);
    }
  }

  async #act(decision: Decision, limit: AbortSignal): Promise<void> {
    if (decision.kind === 'wait') return;
    if (decision.kind === 'lost') {
      this.#lose(decision.because);
      return;
    }
    if (await this.#write(decision, limit)) return;
    // Somebody wrote first: perhaps another candidate, perhaps only a label, perhaps we, and the answer was lost.
    await this.#hold.read(limit);
    const next = this.#hold.decide();
    if (next.kind === 'lost') this.#lose(next.because);
    // Ours still, and a call without an answer has taken half of the time: a pause more may be one too many.
    else if (this.#hold.isOurs && next.kind !== 'wait') await this.#write(next, limit);
  }

  /** Whether it was accepted. */
  async #write(decision: Writing, limit: AbortSignal): Promise<boolean> {
    const isNew = !this.#hold.wasHeld;
    if (!(await this.#hold.write(decision, limit))) return false;
    this.#armDeadline();
    if (isNew && this.leading) this.#begin();
    return true;
  }

  #begin(): void {
    const { lease, log, candidate } = this.#options;
    log.info({ lease, identity: candidate.identity }, 'became the leader');
    this.#led.resolve();
  }

  /** A call that hangs must not make us overlook that the time is up. */
  #armDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      if (this.#hold.isHeld) this.#armDeadline();
      else this.#lose('not renewed in time');
    }, this.#hold.millisecondsLeft);
  }

  #lose(because: LossReason): void {
    clearTimeout(this.#deadline);
    this.#lost.abort(
      transient('LeaseLost', `The Lease ${this.#options.lease} was lost (${because}); the process ends`),
    );
  }

  /** The first of several is news. */
  #note(error: unknown, limit: AbortSignal): void {
    if (!(error instanceof Failure) && !limit.aborted) throw error;
    const { lease, log } = this.#options;
    log[this.#silent ? 'debug' : 'warn']({ lease, reason: reasonOf(error) }, 'no answer about the lease');
    this.#silent = true;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Failure ? error.reason : 'Timeout';
}
