import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Monotonic, monotonic } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';

/** Changes that come together are one: nothing is looked at while more of them come, but not for ever. */
const quiet = 50;
const atMost = 500;

/** Tells when a directory changes, as soon as the kernel does; who waits must look now and then in any case. */
export class Wake {
  readonly #watchers: FSWatcher[] = [];
  readonly #now: Monotonic;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** Aborted by a change. */
  #untouched = new AbortController();

  constructor(directories: readonly string[], now: Monotonic = monotonic) {
    this.#now = now;
    for (const directory of directories) this.#watch(directory);
  }

  /** Until something changes and is quiet again, or that long. Ends at once where something has changed since the last time. */
  async wait(duration: Temporal.Duration, stop: AbortSignal): Promise<void> {
    await pause(toMilliseconds(duration), AbortSignal.any([stop, this.#untouched.signal]));
    if (!this.#untouched.signal.aborted) return;
    const end = this.#now() + atMost;
    while (this.#restless() > 0 && this.#now() < end && !stop.aborted) await pause(this.#restless(), stop);
    this.#untouched = new AbortController();
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  /** Milliseconds until it has been quiet for long enough. */
  #restless(): number {
    return this.#changedAt + quiet - this.#now();
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, () => {
        this.#changedAt = this.#now();
        this.#untouched.abort();
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // Not there yet, or no watch is left: then it is looked at every few seconds.
    }
  }
}

/** An abort ends it, and is no error. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
