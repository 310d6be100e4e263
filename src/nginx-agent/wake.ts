import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Monotonic, monotonic } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';

/** Changes that come together are one: nothing is looked at while more of them come, but not for ever. */
const quiet = 50;
const atMost = 500;
const pause = 10;

/** Tells when a directory changes, as soon as the kernel does; who waits must look now and then in any case. */
export class Wake {
  readonly #watchers: FSWatcher[] = [];
  readonly #now: Monotonic;
  #changedAt = Number.NEGATIVE_INFINITY;
  #isPending = false;

  constructor(directories: readonly string[], now: Monotonic = monotonic) {
    this.#now = now;
    for (const directory of directories) this.#watch(directory);
  }

  /** Until something changes and is quiet again, or that long. Ends at once where something has changed since the last time. */
  async wait(duration: Temporal.Duration, signal: AbortSignal): Promise<void> {
    const end = this.#now() + toMilliseconds(duration);
    while (!this.#isPending && !signal.aborted && this.#now() < end)
      await sleep(Math.min(pause, Math.max(0, end - this.#now())));
    await this.#untilQuiet(signal);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  async #untilQuiet(signal: AbortSignal): Promise<void> {
    if (!this.#isPending) return;
    const end = this.#now() + atMost;
    while (this.#now() - this.#changedAt < quiet && this.#now() < end && !signal.aborted) await sleep(pause);
    this.#isPending = false;
  }

  #watch(directory: string): void {
    try {
      const watcher = watch(directory, () => {
        this.#changedAt = this.#now();
        this.#isPending = true;
      });
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // Not there yet, or no watch is left: then it is looked at every few seconds.
    }
  }
}
