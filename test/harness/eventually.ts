import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Checks again and again until `check` no longer throws; fails with its last complaint when the time is up. */
export async function eventually(check: () => void | Promise<void>, { within }: { readonly within: Temporal.Duration }) {
  const deadline = performance.now() + within.total('milliseconds');
  let complaint: unknown;
  while (performance.now() < deadline) {
    try {
      return await check();
    } catch (error) {
      complaint = error;
      await sleep(20);
    }
  }
  const lastSeen = complaint instanceof Error ? complaint.message : String(complaint);
  assert.fail(`not within ${within.total('seconds')} s; last seen: ${lastSeen}`);
}
