import type { Operator } from '../operator.ts';
import type { Phase } from './resource.ts';

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of one play, beside those at each state. */
const atMostBetween = 2;
/** A life in which something is done is no longer than that. */
const busyMilliseconds = 1_500;

/** What the Secret of the CA says, by the states of a rotation. */
const stateOf = { next: 'Prepared', previous: 'Switched', retired: 'Retired' } as const;
export const killStates = ['Stable', 'Prepared', 'Switched', 'Drained', 'Retired'] as const;
export type KillState = (typeof killStates)[number];

/** Kills the operator as soon as a state is there, and at moments of chance between two writes. */
export class Killing {
  /** In which state each kill was. */
  readonly kills: KillState[] = [];
  readonly #operator: Operator;
  readonly #random: () => number;
  readonly #met = new Set<KillState>(['Stable']);
  #left = atMostBetween;
  #due: number;

  constructor(operator: Operator, random: () => number) {
    this.#operator = operator;
    this.#random = random;
    this.#due = this.#soon();
  }

  /** Where it is killed, it runs again then. */
  async at(seen: Phase | 'Drained' | undefined): Promise<void> {
    const state = seen === 'Drained' ? seen : seen === undefined ? 'Stable' : stateOf[seen];
    const isNew = !this.#met.has(state);
    this.#met.add(state);
    if (!isNew && performance.now() < this.#due) return;
    if (!isNew) this.#left -= 1;
    await this.#operator.kill();
    this.kills.push(state);
    await this.#operator.start();
    this.#due = this.#left > 0 ? this.#soon() : Number.POSITIVE_INFINITY;
  }

  #soon(): number {
    return performance.now() + this.#random() * busyMilliseconds;
  }
}
