import { LRUCache } from 'lru-cache';
import { seconds, toMilliseconds } from '../std/duration.ts';

/** What was told of lately, by key; it decides whether a happening is a new Event, a count, or too much. Pure but for what it holds. */
export interface Series<Told> {
  readonly told: Told;
  count: number;
  lastAt: number;
}

export type Verdict<Told> =
  | { readonly kind: 'first' }
  /** It happened before; `write` says whether that is worth a request. */
  | { readonly kind: 'again'; readonly told: Told; readonly count: number; readonly write: boolean }
  /** This object has had its share. */
  | { readonly kind: 'flood' };

/** Equal ones within this time are one Event, as client-go counts them. */
const window = toMilliseconds(Temporal.Duration.from({ minutes: 6 }));
/** What one object may have at once, and how soon it may have one more (client-go's spam filter). */
const burst = 25;
const refill = toMilliseconds(seconds(300));
/** Held at the most; what did not happen for the longest time is forgotten first, and is then told anew. */
const held = { max: 4096 };

export class SeriesBook<Told> {
  readonly #series = new LRUCache<string, Series<Told>>(held);
  readonly #spent = new LRUCache<string, { tokens: number; at: number }>(held);

  /** `now` is in milliseconds that never jump. */
  judge(key: string, object: string, now: number): Verdict<Told> {
    const series = this.#series.get(key);
    if (series === undefined || now - series.lastAt > window) return this.#spend(object, now) ? first : flood;
    series.count += 1;
    series.lastAt = now;
    // Told at 2, 4, 8, ...: the count stays true to a factor of two, and a storm costs a handful of requests.
    return { kind: 'again', told: series.told, count: series.count, write: Number.isInteger(Math.log2(series.count)) };
  }

  /** From now on equal ones are counted on this one. */
  begin(key: string, told: Told, now: number): void {
    this.#series.set(key, { told, count: 1, lastAt: now });
  }

  /** There is no such Event: the next one is a first again. One that was begun since stays. */
  forget(key: string, told: Told): void {
    if (this.#series.peek(key)?.told === told) this.#series.delete(key);
  }

  #spend(object: string, now: number): boolean {
    const { tokens, at } = this.#spent.get(object) ?? { tokens: burst, at: now };
    const refilled = Math.min(burst, tokens + (now - at) / refill);
    this.#spent.set(object, { tokens: refilled >= 1 ? refilled - 1 : refilled, at: now });
    return refilled >= 1;
  }
}

const first = { kind: 'first' } as const;
const flood = { kind: 'flood' } as const;
