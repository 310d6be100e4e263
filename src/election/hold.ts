import type { Clock, Monotonic } from '../std/clock.ts';
import { type Decision, decide, holds, observe, released, type Standing, wrote } from './decide.ts';
import type { Candidate, LeaseRecord, StoredLease } from './record.ts';

/** The Lease at the API server. Every method throws a `Failure` where no answer came. */
export interface LeaseStore {
  /** Undefined: there is none. */
  read(signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Undefined: somebody else made one first. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Undefined: it has another version than that, or is gone. */
  write(record: LeaseRecord, version: string, signal: AbortSignal): Promise<StoredLease | undefined>;
}

export interface HoldOptions {
  readonly leases: LeaseStore;
  readonly candidate: Candidate;
  /** Milliseconds that never jump. */
  readonly monotonic: Monotonic;
  readonly clock: Clock;
}

export type Writing = Extract<Decision, { readonly kind: 'create' | 'write' }>;

/** What we know of the Lease and whether it is ours, kept by each answer about it; `decide` has the rules. */
export class Hold {
  readonly #options: HoldOptions;
  #standing: Standing = {};
  #answeredAt: number | undefined;

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  /** Whether we may act at this moment. */
  get isHeld(): boolean {
    const { candidate, monotonic } = this.#options;
    return holds(this.#standing, candidate, monotonic());
  }

  /** Whether it has been ours, even if it is no more. */
  get wasHeld(): boolean {
    return this.#standing.heldSince !== undefined;
  }

  /** Whether the Lease says that it is ours, as we saw it last. */
  get isOurs(): boolean {
    return this.#standing.seen?.record.holder === this.#options.candidate.identity;
  }

  /** Until it has to be written again, or is lost. */
  get millisecondsLeft(): number {
    const { candidate, monotonic } = this.#options;
    return (this.#standing.heldSince ?? 0) + candidate.renewDeadlineMilliseconds - monotonic();
  }

  /** Whether there was an answer lately enough to believe what we know. */
  get isFresh(): boolean {
    const { candidate, monotonic } = this.#options;
    return this.#answeredAt !== undefined && monotonic() - this.#answeredAt < candidate.leaseMilliseconds;
  }

  decide(): Decision {
    const { candidate, monotonic, clock } = this.#options;
    return decide(this.#standing, candidate, monotonic(), clock.now());
  }

  async read(limit: AbortSignal): Promise<void> {
    const { leases, monotonic } = this.#options;
    const stored = await leases.read(limit);
    this.#answeredAt = monotonic();
    this.#standing = observe(this.#standing, stored, this.#answeredAt);
  }

  /** Whether it was accepted: it is ours then, from before it was sent. */
  async write(decision: Writing, limit: AbortSignal): Promise<boolean> {
    const { leases, monotonic } = this.#options;
    const sentAt = monotonic();
    const stored =
      decision.kind === 'create'
        ? await leases.create(decision.record, limit)
        : await leases.write(decision.record, decision.version, limit);
    this.#answeredAt = monotonic();
    if (stored !== undefined) this.#standing = wrote(stored, sentAt);
    return stored !== undefined;
  }

  /**
   * Lets the next one in at once; false: it is no longer ours. Of a renewal that was cut off nobody knows the version:
   * what is there is read then.
   */
  async free(limit: AbortSignal): Promise<boolean> {
    if (await this.#writeReleased(limit)) return true;
    await this.read(limit);
    return this.isOurs && (await this.#writeReleased(limit));
  }

  async #writeReleased(limit: AbortSignal): Promise<boolean> {
    const { leases, clock } = this.#options;
    const { seen } = this.#standing;
    if (seen?.version === undefined) return false;
    return (await leases.write(released(seen.record, clock.now()), seen.version, limit)) !== undefined;
  }
}
