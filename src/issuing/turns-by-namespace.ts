import { untilAborted } from '../std/until-aborted.ts';

export interface TurnsLimits {
  /** So much is under way at a time, of all namespaces. */
  readonly atMost: number;
  /** And of one of them. */
  readonly perNamespace: number;
}

/** Lets work of many namespaces begin in turns, one namespace after another, and only so much at a time. */
export class TurnsByNamespace {
  readonly #limits: TurnsLimits;
  readonly #running = new Map<string, number>();
  /** The namespace whose turn it is comes first. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(limits: TurnsLimits) {
    this.#limits = limits;
  }

  /**
   * Begins the work when it has its turn, and gives what it gives; throws the reason of `signal` when that aborts. Work
   * that cannot be ended keeps its place until it ends.
   */
  async run<Result>(namespace: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#turn(namespace, signal);
    const under = work().finally(() => {
      this.#count(namespace, -1);
      this.#begin();
    });
    return await untilAborted(under, signal);
  }

  async #turn(namespace: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(namespace) ?? new Set();
    this.#waiting.set(namespace, waiting.add(turn.resolve));
    this.#begin();
    try {
      await untilAborted(turn.promise, signal);
    } catch (error) {
      // It had its turn in the same moment.
      if (!waiting.delete(turn.resolve)) this.#count(namespace, -1);
      if (waiting.size === 0 && this.#waiting.get(namespace) === waiting) this.#waiting.delete(namespace);
      this.#begin();
      throw error;
    }
  }

  #begin(): void {
    for (const [namespace, waiting] of this.#waiting) {
      if (this.#total >= this.#limits.atMost) return;
      if ((this.#running.get(namespace) ?? 0) >= this.#limits.perNamespace) continue;
      const [begin] = waiting;
      this.#waiting.delete(namespace);
      if (begin === undefined) continue;
      waiting.delete(begin);
      // Behind all others, for its next turn; the same walk comes to it again.
      if (waiting.size > 0) this.#waiting.set(namespace, waiting);
      this.#count(namespace, 1);
      begin();
    }
  }

  get #total(): number {
    return [...this.#running.values()].reduce((sum, count) => sum + count, 0);
  }

  #count(namespace: string, change: 1 | -1): void {
    const count = (this.#running.get(namespace) ?? 0) + change;
    if (count === 0) this.#running.delete(namespace);
    else this.#running.set(namespace, count);
  }
}
