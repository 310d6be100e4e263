/**
 * The queue of keys. A key waits at most once, is held by at most one worker, and is handed out again if it was added
 * while held: nothing is lost and nothing runs twice at a time. High priority goes first; a pause keeps the priority of
 * the run that asked for it. Groups of keys have their turns one after another, and none has more than its share of the
 * workers at a time. It never knows what a key means, nor why it was added.
 */
import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';
import { type Clock, monotonic } from '../std/clock.ts';
import { higher, type Priority, ReadyKeys } from './ready-keys.ts';
import { type Arm, armTimer, type Disarm } from './timer.ts';

const defaultBackoff: Backoff = {
  first: Temporal.Duration.from({ milliseconds: 5 }),
  cap: Temporal.Duration.from({ minutes: 5 }),
};

/** A timer counts up to 2^31 ms, and a machine may sleep or its clock be set: look at the clock at least daily. */
const longestTimer = 24 * 60 * 60 * 1000;

/** What happens in a queue, for counting. */
export type QueueFacts =
  /** A key waits that did not wait. */
  | { readonly kind: 'added'; readonly priority: Priority }
  /** A failed key waits for the end of its back-off. */
  | { readonly kind: 'retried'; readonly priority: Priority }
  /** A worker has it, after so long. */
  | { readonly kind: 'taken'; readonly priority: Priority; readonly waitedMilliseconds: number };

export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: Backoff;
  readonly arm?: Arm;
  /** Left out, all keys are of one group. */
  readonly groupOf?: (key: string) => string;
  /** So many keys of a group are held at a time; left out, any number. */
  readonly groupAtMost?: number;
  /** Must be quick and must not throw. */
  readonly onQueue?: (facts: QueueFacts) => void;
}

interface Wait {
  readonly key: string;
  readonly milliseconds: number;
  readonly due: Temporal.Instant;
  readonly priority: Priority;
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
  readonly #onQueue: (facts: QueueFacts) => void;
  readonly #groupOf: (key: string) => string;
  readonly #groupAtMost: number;
  readonly #ready: ReadyKeys;
  readonly #held = new Map<string, Priority>();
  /** How many of a group are held. */
  readonly #shares = new Map<string, number>();
  readonly #addedWhileHeld = new Map<string, Priority>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  #closed = false;
  #hold: PromiseWithResolvers<void> | undefined;

  constructor(options: QueueOptions) {
    const { clock, random, backoff = defaultBackoff, arm = armTimer, onQueue = () => {} } = options;
    const { groupOf = () => '', groupAtMost = Number.POSITIVE_INFINITY } = options;
    this.#clock = clock;
    this.#random = random;
    this.#backoff = backoff;
    this.#arm = arm;
    this.#onQueue = onQueue;
    this.#groupOf = groupOf;
    this.#groupAtMost = groupAtMost;
    this.#ready = new ReadyKeys(groupOf);
  }

  /** Keys that a worker could take now. */
  get depth(): number {
    return this.depthOf('high') + this.depthOf('low');
  }

  depthOf(priority: Priority): number {
    return this.#ready.depth(priority);
  }

  add(key: string, priority: Priority = 'high'): void {
    if (this.#closed) return;
    if (this.#held.has(key)) {
      this.#addedWhileHeld.set(key, higher(this.#addedWhileHeld.get(key), priority));
      return;
    }
    if (this.#ready.add(key, priority, monotonic())) this.#onQueue({ kind: 'added', priority });
    this.#handOut();
  }

  /** Adds the key at `due`; of two such times the earlier counts. */
  addAt(key: string, due: Temporal.Instant): void {
    this.#addAfter({ key, milliseconds: this.#millisecondsUntil(due), due, priority: this.#priorityOf(key) });
  }

  /** Adds the key after its back-off, which doubles with each call until `forget`, up to `cap`; says when. */
  retry(key: string, cap: Temporal.Duration = this.#backoff.cap): Temporal.Instant {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delay = backoffMilliseconds({ ...this.#backoff, cap }, failures, this.#random);
    const due = this.#clock.now().add({ nanoseconds: Math.round(delay * 1e6) });
    const priority = this.#priorityOf(key);
    this.#onQueue({ kind: 'retried', priority });
    this.#addAfter({ key, milliseconds: delay, due, priority });
    return this.#delayed.get(key)?.due ?? due;
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
    if (this.#held.delete(key)) this.#share(key, -1);
    if (this.#held.size === 0) this.#hold?.resolve();
    const again = this.#addedWhileHeld.get(key);
    this.#addedWhileHeld.delete(key);
    if (again !== undefined) this.add(key, again);
    // One of its group may have waited for this, and a worker for that.
    this.#handOut();
  }

  /** Hands out nothing until `resume`; resolves when no worker has a key. */
  hold(): Promise<void> {
    this.#hold ??= Promise.withResolvers();
    if (this.#held.size === 0) this.#hold.resolve();
    return this.#hold.promise;
  }

  resume(): void {
    this.#hold = undefined;
    while (this.#handOut());
  }

  /** Drops what waits and releases the workers: whoever starts next reads the whole world again. */
  close(): void {
    this.#closed = true;
    for (const { disarm } of this.#delayed.values()) disarm();
    this.#delayed.clear();
    this.#ready.clear();
    for (const release of this.#waiting.splice(0)) release(undefined);
  }

  /** Gives one key to one worker, where there are both. */
  #handOut(): boolean {
    if (this.#hold !== undefined || this.#waiting.length === 0) return false;
    const ready = this.#ready.take((group) => (this.#shares.get(group) ?? 0) < this.#groupAtMost);
    if (ready === undefined) return false;
    const { key, priority, since } = ready;
    this.#held.set(key, priority);
    this.#share(key, 1);
    // The run that starts now decides anew when to look again.
    this.#cancelDelayed(key);
    this.#onQueue({ kind: 'taken', priority, waitedMilliseconds: monotonic() - since });
    this.#waiting.shift()?.(key);
    return true;
  }

  #share(key: string, change: 1 | -1): void {
    const group = this.#groupOf(key);
    const share = (this.#shares.get(group) ?? 0) + change;
    if (share === 0) this.#shares.delete(group);
    else this.#shares.set(group, share);
  }

  /** Of the run that is under way, where there is one. */
  #priorityOf(key: string): Priority {
    return this.#held.get(key) ?? 'high';
  }

  #addAfter(wait: Wait): void {
    const { key, milliseconds, due, priority } = wait;
    if (this.#closed) return;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && Temporal.Instant.compare(earlier.due, due) <= 0) return;
    this.#cancelDelayed(key);
    const fire = () => {
      this.#delayed.delete(key);
      // Only a shortened wait asks the clock again: a full one has passed, even if the clock was set back meanwhile.
      if (milliseconds > longestTimer) this.#addAfter({ ...wait, milliseconds: this.#millisecondsUntil(due) });
      else this.add(key, priority);
    };
    const disarm = this.#arm(Math.min(Math.max(milliseconds, 0), longestTimer), fire);
    this.#delayed.set(key, { due, disarm });
  }

  #millisecondsUntil(due: Temporal.Instant): number {
    return due.since(this.#clock.now()).total('milliseconds');
  }

  #cancelDelayed(key: string): void {
    this.#delayed.get(key)?.disarm();
    this.#delayed.delete(key);
  }
}
