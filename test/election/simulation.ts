import { type Decision, decide, holds, observe, released, type Standing, wrote } from '../../src/election/decide.ts';
import type { Candidate, LeaseRecord, StoredLease } from '../../src/election/record.ts';

/** The Lease as the API server keeps it: a write needs the present version. */
export class SharedLease {
  #version = 0;
  stored: StoredLease | undefined;

  apply(decision: Decision): StoredLease | undefined {
    if (decision.kind === 'create' && this.stored === undefined) return this.#put(decision.record);
    if (decision.kind === 'write' && this.stored?.version === decision.version) return this.#put(decision.record);
    return undefined;
  }

  delete(): void {
    this.stored = undefined;
  }

  #put(record: LeaseRecord): StoredLease {
    this.#version += 1;
    this.stored = { record, version: `${this.#version}` };
    return this.stored;
  }
}

interface Sent {
  readonly decision: Decision;
  readonly sentAt: number;
  landed?: StoredLease | undefined;
}

/** One candidate with a clock of its own, whose requests take as long as the steps say and whose answers may be lost. */
export class Actor {
  readonly #lease: SharedLease;
  readonly #rate: number;
  readonly #offset: number;
  readonly #candidate: Candidate;
  standing: Standing = {};
  #sent: Sent | undefined;
  #ended = false;

  constructor(lease: SharedLease, identity: string, rate: number, offset: number) {
    this.#lease = lease;
    this.#rate = rate;
    this.#offset = offset;
    this.#candidate = { identity, leaseMilliseconds: 15_000, renewDeadlineMilliseconds: 10_000 };
  }

  holds(time: number): boolean {
    return !this.#ended && holds(this.standing, this.#candidate, this.#now(time));
  }

  read(time: number): void {
    if (this.#ended) return;
    this.standing = observe(this.standing, this.#lease.stored, this.#now(time));
    this.#endIfLost(time);
  }

  /** Sends what it decides on; it reaches the server with `land`. */
  send(time: number): void {
    if (this.#ended || this.#sent !== undefined) return;
    const decision = decide(this.standing, this.#candidate, this.#now(time), wallAt(time));
    this.#ended = decision.kind === 'lost';
    if (decision.kind === 'create' || decision.kind === 'write') this.#sent = { decision, sentAt: this.#now(time) };
  }

  land(): void {
    if (this.#sent !== undefined) this.#sent.landed ??= this.#lease.apply(this.#sent.decision);
  }

  /** The answer arrives, if the process is still there; a refused write makes it read. */
  answer(time: number): void {
    const sent = this.#sent;
    this.#sent = undefined;
    if (this.#ended || sent === undefined) return;
    if (sent.landed === undefined) this.read(time);
    else this.standing = wrote(sent.landed, sent.sentAt);
  }

  /** All of it at once, as on a quiet day. */
  round(time: number): void {
    this.read(time);
    this.send(time);
    this.land();
    this.answer(time);
  }

  /** The answer never comes. */
  lose(): void {
    this.#sent = undefined;
  }

  /** Stops acting, then lets the next one in. */
  release(time: number): void {
    const { seen } = this.standing;
    const may = this.holds(time) && this.#sent === undefined && seen?.version !== undefined;
    if (!may) return;
    this.#ended = true;
    this.#lease.apply({ kind: 'write', record: released(seen.record, wallAt(time)), version: seen.version ?? '' });
  }

  get ended(): boolean {
    return this.#ended;
  }

  #endIfLost(time: number): void {
    if (decide(this.standing, this.#candidate, this.#now(time), wallAt(time)).kind === 'lost') this.#ended = true;
  }

  #now(time: number): number {
    return time * this.#rate + this.#offset;
  }
}

/** A renewal is told from the one before by the moment that it names. */
const wallAt = (time: number) => Temporal.Instant.from('2026-11-25T12:00:00Z').add({ milliseconds: Math.round(time) });
