import { toMilliseconds } from '../std/duration.ts';
import { pauses } from './pauses.ts';

/** Gathers what comes in a burst, and gives it as one batch, each once, when nothing more has come for a while. */
export class Debouncer<Item> {
  readonly #calm: Temporal.Duration;
  readonly #items = new Set<Item>();
  #additions = 0;
  #some = Promise.withResolvers<void>();

  constructor(calm: Temporal.Duration) {
    this.#calm = calm;
  }

  add(item: Item): void {
    this.#items.add(item);
    this.#additions += 1;
    this.#some.resolve();
  }

  /** Ends when `signal` aborts; what comes while a batch is worked on is in the next one. */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly Item[]> {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    while (!signal.aborted) {
      await Promise.race([this.#some.promise, aborted]);
      const before = this.#additions;
      if (!(await pauses(toMilliseconds(this.#calm), signal))) return;
      if (this.#additions === before) yield this.#take();
    }
  }

  #take(): readonly Item[] {
    const items = [...this.#items];
    this.#items.clear();
    this.#some = Promise.withResolvers();
    return items;
  }
}
