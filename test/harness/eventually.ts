import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls `check` until it does not throw; the last failure, with what was seen, is the failure of the test.
 * `within` is a limit for a broken product, never a measure of a sound one.
 */
export async function eventually<Value>(
  check: () => Promise<Value> | Value,
  within = Temporal.Duration.from({ seconds: 20 }),
): Promise<Value> {
  const deadline = performance.now() + within.total('milliseconds');
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await pause(50);
    }
  }
}
