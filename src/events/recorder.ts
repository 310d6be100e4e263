import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import { type Clock, monotonic } from '../std/clock.ts';
import { Failure } from '../std/failure.ts';
import { eventType, type Happening, happeningKey, type Reporter, toEvent, toSeries } from './event.ts';
import { SeriesBook } from './series.ts';

/** What became of a happening, for counting. */
export interface EventFacts {
  /** `counted`: part of a series, without a request. `dropped`: too many. `failed`: the API server did not take it. */
  readonly result: 'created' | 'updated' | 'counted' | 'dropped' | 'failed';
}

export interface EventRecorderOptions extends Reporter {
  readonly kube: Pick<KubeClient, 'create' | 'mergePatch'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent?: (facts: EventFacts) => void;
}

/** Waiting at the most: an API server that is slow must not fill our memory with news of that. */
const waitingAtMost = 1000;
export const drainMilliseconds = 2_000;
const requestMilliseconds = 10_000;

/** Writes Events one after another, beside the work. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #book = new SeriesBook<NamespacedName>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Returns at once and never throws. */
  record(happening: Happening): void {
    const now = monotonic();
    const key = happeningKey(happening);
    const verdict = this.#book.judge(key, happening.regarding.uid, now);
    if (verdict.kind === 'flood') this.#tell('dropped');
    else if (verdict.kind === 'first') this.#begin(key, happening, now);
    else if (!verdict.write) this.#tell('counted');
    else this.#enqueue(() => this.#update(key, verdict.told, verdict.count));
  }

  /** Resolves when what waits is written, or after two seconds. */
  async drain(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, drainMilliseconds);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
    this.#waiting.length = 0;
  }

  #begin(key: string, happening: Happening, now: number): void {
    const { clock, identity } = this.#options;
    const event = toEvent(happening, { identity }, clock.now());
    const { namespace, name } = event.metadata;
    const told = { namespace, name };
    this.#book.begin(key, told, now);
    const isTaken = this.#enqueue(() => this.#create(key, told, event));
    if (!isTaken) this.#book.forget(key, told);
  }

  async #create(key: string, told: NamespacedName, event: KubeObject): Promise<void> {
    try {
      await this.#options.kube.create(eventType, event, AbortSignal.timeout(requestMilliseconds));
      this.#tell('created');
    } catch (error) {
      this.#book.forget(key, told);
      throw error;
    }
  }

  async #update(key: string, told: NamespacedName, count: number): Promise<void> {
    const { kube, clock } = this.#options;
    const patch = toSeries(count, clock.now());
    try {
      await kube.mergePatch(eventType, told, patch, { signal: AbortSignal.timeout(requestMilliseconds) });
      this.#tell('updated');
    } catch (error) {
      // The API server keeps an Event for an hour after its last patch, a series may go on for longer.
      if (error instanceof Failure && error.reason === 'NotFound') this.#book.forget(key, told);
      throw error;
    }
  }

  /** Whether it will be tried. */
  #enqueue(write: () => Promise<void>): boolean {
    if (this.#waiting.length >= waitingAtMost) {
      this.#tell('dropped');
      return false;
    }
    this.#waiting.push(write);
    if (!this.#isWriting) this.#writing = this.#writeAll();
    return true;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    for (let write = this.#waiting.shift(); write !== undefined; write = this.#waiting.shift()) {
      try {
        await write();
      } catch (error) {
        this.#note(error);
      }
    }
    this.#isWriting = false;
  }

  #note(error: unknown): void {
    this.#tell('failed');
    // Of an abort too: what is not a Failure here is the end of a call that took too long.
    const reason = error instanceof Failure ? error.reason : 'Timeout';
    this.#options.log.debug({ reason }, 'event not written');
  }

  #tell(result: EventFacts['result']): void {
    this.#options.onEvent?.({ result });
  }
}
