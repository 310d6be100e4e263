import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/** Looks until what is seen equals what is wanted; the failure tells what was seen last. */
export async function eventually<T>(look: () => Promise<T>, wanted: T, within = 10_000): Promise<void> {
  const deadline = performance.now() + within;
  for (;;) {
    const seen = await look();
    if (isDeepStrictEqual(seen, wanted)) return;
    if (performance.now() > deadline) {
      throw new Error(`wanted ${JSON.stringify(wanted)} within ${within} ms, last seen ${JSON.stringify(seen)}`);
    }
    await pause(20);
  }
}
