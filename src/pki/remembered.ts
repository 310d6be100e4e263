import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Steps } from '../std/steps.ts';

/**
 * At most so much is kept of one kind of reading: the CAs of all resources and the leaves in hand. A reading takes
 * several times the octets of what was read, so a kind comes to some MiB at the very most.
 */
const bounds = { max: 256, maxSize: 512 * 1024 };

/**
 * A pure reading that remembers what it gave last, for the same octets or text only: a reconcile reads its CA and its
 * leaves at each step. The key is their SHA-256, so nobody can make one text stand for another, and the reading is told it, in
 * lower-case hex. What a reading throws is not kept.
 */
export function remembered<Input extends Uint8Array | string, Result extends object>(
  read: (input: Input, sha256: string) => Result,
  maxSize = bounds.maxSize,
): (input: Input) => Result {
  const results = new LRUCache<string, Result>({ ...bounds, maxSize });
  return (input) => {
    const digest = digestOf(input);
    const known = results.get(digest);
    if (known !== undefined) return known;
    const result = read(input, digest);
    results.set(digest, result, { size: Math.max(input.length, 1) });
    return result;
  };
}

export interface Bound<Result> {
  /** Of the sizes of all that are kept; a larger one is not. */
  readonly atMost: number;
  /** What one counts, and it counts as 1 at least. */
  readonly sizeOf: (result: Result) => number;
}

/** The same for a reading in steps: what was read before takes none. */
export function rememberedSteps<Result extends object>(
  read: (text: string) => Steps<Result>,
  { atMost, sizeOf }: Bound<Result>,
): (text: string) => Steps<Result> {
  const results = new LRUCache<string, Result>({ max: bounds.max, maxSize: atMost });
  return function* (text) {
    const digest = digestOf(text);
    const known = results.get(digest);
    if (known !== undefined) return known;
    const result = yield* read(text);
    results.set(digest, result, { size: Math.max(sizeOf(result), 1) });
    return result;
  };
}

function digestOf(octets: Uint8Array | string): string {
  return hash('sha256', octets, 'hex');
}
