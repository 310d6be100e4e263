import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls `check` until it does not throw; the last failure, with what was seen, is the failure of the test.
 * `within` is a limit for a broken product, never a measure of a sound one; the garbage collector of Kubernetes learns
 * of a new CRD up to 30 s after it was made.
 */
export async function eventually<Value>(
  check: () => Promise<Value> | Value,
  within = Temporal.Duration.from({ minutes: 1 }),
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
