/** `high`: somebody waits for it, as after an edit. `low`: one of the many that a start or a new list finds. */
export type Priority = 'high' | 'low';

const priorities = ['high', 'low'] as const;

export interface Ready {
  readonly key: string;
  readonly priority: Priority;
  /** Monotonic milliseconds at which it came, with whatever priority. */
  readonly since: number;
}

/** So many in a row may overtake; then one that was overtaken has its turn, so that no stream of edits starves a renewal. */
const overtakingAtMost = 20;

/**
 * The keys that a worker could take now, each once: the high ones first; among equals each group in its turn, and within
 * a group first come, first served.
 */
export class ReadyKeys {
  readonly #groupOf: (key: string) => string;
  readonly #waiting: Readonly<Record<Priority, Groups>> = { high: new Map(), low: new Map() };
  readonly #depths: Record<Priority, number> = { high: 0, low: 0 };
  #overtakings = 0;

  constructor(groupOf: (key: string) => string) {
    this.#groupOf = groupOf;
  }

  depth(priority: Priority): number {
    return this.#depths[priority];
  }

  /** False: it was there already. A high one lifts a low one, and nothing lowers it again. */
  add(key: string, priority: Priority, now: number): boolean {
    const group = this.#groupOf(key);
    const { high, low } = this.#waiting;
    if (high.get(group)?.has(key)) return false;
    const since = low.get(group)?.get(key);
    if (since !== undefined && priority === 'low') return false;
    if (since !== undefined) this.#remove(key, group, 'low');
    const keys = this.#waiting[priority].get(group) ?? new Map();
    this.#waiting[priority].set(group, keys.set(key, since ?? now));
    this.#depths[priority] += 1;
    return since === undefined;
  }

  /** The next one whose group may have another worker. */
  take(mayTake: (group: string) => boolean): Ready | undefined {
    const [first, second] = this.#overtakings >= overtakingAtMost ? (['low', 'high'] as const) : priorities;
    const ready = this.#takeOf(first, mayTake) ?? this.#takeOf(second, mayTake);
    if (ready !== undefined) {
      this.#overtakings = ready.priority === 'high' && this.depth('low') > 0 ? this.#overtakings + 1 : 0;
    }
    return ready;
  }

  clear(): void {
    for (const priority of priorities) {
      this.#waiting[priority].clear();
      this.#depths[priority] = 0;
    }
  }

  #takeOf(priority: Priority, mayTake: (group: string) => boolean): Ready | undefined {
    const groups = this.#waiting[priority];
    for (const [group, keys] of groups) {
      const [entry] = keys;
      if (entry === undefined || !mayTake(group)) continue;
      const [key, since] = entry;
      this.#remove(key, group, priority);
      // Behind all others, for its next turn.
      if (groups.delete(group) && keys.size > 0) groups.set(group, keys);
      return { key, priority, since };
    }
    return undefined;
  }

  #remove(key: string, group: string, priority: Priority): void {
    const keys = this.#waiting[priority].get(group);
    if (keys?.delete(key)) this.#depths[priority] -= 1;
    if (keys?.size === 0) this.#waiting[priority].delete(group);
  }
}

/** Since when each key waits, by its group; the group whose turn it is comes first. */
type Groups = Map<string, Map<string, number>>;

export function higher(one: Priority | undefined, other: Priority): Priority {
  return one === 'high' ? one : other;
}
