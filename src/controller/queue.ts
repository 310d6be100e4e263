/**
 * The queue of keys. A key waits at most once, is held by at most one worker, and is handed out again if it was added
 * while held: nothing is lost and nothing runs twice at a time. First come, first served. It never knows what a key
 * means, nor why it was added.
 */
import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';
import type { Clock } from '../std/clock.ts';
import { type Arm, armTimer, type Disarm } from './timer.ts';

export const defaultBackoff: Backoff = {
  first: Temporal.Duration.from({ milliseconds: 5 }),
  cap: Temporal.Duration.from({ minutes: 5 }),
};

/** A timer counts up to 2^31 ms, and a machine may sleep or its clock be set: look at the clock at least daily. */
const longestTimer = 24 * 60 * 60 * 1000;

export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: Backoff;
  readonly arm?: Arm;
}

interface Delayed {
  readonly due: Temporal.Instant;
  readonly disarm: Disarm;
}

export class Queue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backoff: Backoff;
  readonly #arm: Arm;
  readonly #ready = new Set<string>();
  readonly #held = new Set<string>();
  readonly #addedWhileHeld = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor({ clock, random, backoff = defaultBackoff, arm = armTimer }: QueueOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#backoff = backoff;
    this.#arm = arm;
  }

  /** Keys that a worker could take now. */
  get depth(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#closed) return;
    if (this.#held.has(key)) {
      this.#addedWhileHeld.add(key);
      return;
    }
    this.#ready.add(key);
    this.#handOut();
  }

  /** Adds the key at `due`; of two such times the earlier counts. */
  addAt(key: string, due: Temporal.Instant): void {
    const delay = due.since(this.#clock.now()).total('milliseconds');
    this.#addAfter(key, delay, due);
  }

  /** Adds the key after its back-off, which doubles with each call until `forget`. */
  retry(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delay = backoffMilliseconds(this.#backoff, failures, this.#random);
    this.#addAfter(key, delay, this.#clock.now().add({ nanoseconds: Math.round(delay * 1e6) }));
  }

  /** The key's next back-off is the first one again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, as soon as there is one; undefined once the queue is closed. Call `done` when the work is over. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#handOut();
    });
  }

  done(key: string): void {
    this.#held.delete(key);
    if (this.#addedWhileHeld.delete(key)) this.add(key);
  }

  /** Drops what waits and releases the workers: whoever starts next reads the whole world again. */
  close(): void {
    this.#closed = true;
    for (const { disarm } of this.#delayed.values()) disarm();
    this.#delayed.clear();
    this.#ready.clear();
    for (const release of this.#waiting.splice(0)) release(undefined);
  }

  #handOut(): void {
    const [key] = this.#ready;
    if (key === undefined) return;
    const hand = this.#waiting.shift();
    if (hand === undefined) return;
    this.#ready.delete(key);
    this.#held.add(key);
    // The run that starts now decides anew when to look again.
    this.#cancelDelayed(key);
    hand(key);
  }

  #addAfter(key: string, milliseconds: number, due: Temporal.Instant): void {
    if (this.#closed) return;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && Temporal.Instant.compare(earlier.due, due) <= 0) return;
    this.#cancelDelayed(key);
    const fire = () => {
      this.#delayed.delete(key);
      // Only a shortened wait asks the clock again: a full one has passed, even if the clock was set back meanwhile.
      if (milliseconds > longestTimer) this.addAt(key, due);
      else this.add(key);
    };
    const disarm = this.#arm(Math.min(Math.max(milliseconds, 0), longestTimer), fire);
    this.#delayed.set(key, { due, disarm });
  }

  #cancelDelayed(key: string): void {
    this.#delayed.get(key)?.disarm();
    this.#delayed.delete(key);
  }
}
