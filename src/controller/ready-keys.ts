/** `high`: somebody waits for it, as after an edit. `low`: one of the many that a start or a new list finds. */
export type Priority = 'high' | 'low';

export const priorities: readonly Priority[] = ['high', 'low'];

export interface Ready {
  readonly key: string;
  readonly priority: Priority;
  /** Monotonic milliseconds at which it came, with whatever priority. */
  readonly since: number;
}

/** So many in a row may overtake; then one that was overtaken has its turn, so that no stream of edits starves a renewal. */
const overtakingAtMost = 20;

/** The keys that a worker could take now, each once: the high ones first, and among equals first come, first served. */
export class ReadyKeys {
  readonly #waiting: Readonly<Record<Priority, Map<string, number>>> = { high: new Map(), low: new Map() };
  #overtakings = 0;

  depth(priority: Priority): number {
    return this.#waiting[priority].size;
  }

  /** False: it was there already. A high one lifts a low one, and nothing lowers it again. */
  add(key: string, priority: Priority, now: number): boolean {
    const { high, low } = this.#waiting;
    if (high.has(key)) return false;
    const since = low.get(key);
    if (since !== undefined && priority === 'low') return false;
    low.delete(key);
    this.#waiting[priority].set(key, since ?? now);
    return since === undefined;
  }

  take(): Ready | undefined {
    const priority = this.#next();
    const [entry] = this.#waiting[priority];
    if (entry === undefined) return undefined;
    const [key, since] = entry;
    this.#waiting[priority].delete(key);
    this.#overtakings = priority === 'high' && this.depth('low') > 0 ? this.#overtakings + 1 : 0;
    return { key, priority, since };
  }

  clear(): void {
    for (const priority of priorities) this.#waiting[priority].clear();
  }

  #next(): Priority {
    if (this.depth('high') === 0) return 'low';
    return this.depth('low') > 0 && this.#overtakings >= overtakingAtMost ? 'low' : 'high';
  }
}

export function higher(one: Priority | undefined, other: Priority): Priority {
  return one === 'high' ? one : other;
}
