import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/**
 * At most so much is kept of one kind of reading: the CAs of all resources and the leaves in hand. A reading takes
 * several times the octets of what was read, so a kind comes to some MiB at the very most.
 */
const bounds = { max: 256, maxSize: 512 * 1024 };

/**
 * A pure reading that remembers what it gave last, for the same octets only: a reconcile reads its CA and its leaves at
 * each step. The key is their SHA-256, so nobody can make one text stand for another. What a reading throws is not kept.
 */
export function remembered<Result extends object>(
  read: (octets: Uint8Array) => Result,
): (octets: Uint8Array) => Result {
  const results = new LRUCache<string, Result>(bounds);
  return (octets) => {
    const digest = createHash('sha256').update(octets).digest('base64');
    const known = results.get(digest);
    if (known !== undefined) return known;
    const result = read(octets);
    results.set(digest, result, { size: Math.max(octets.byteLength, 1) });
    return result;
  };
}
