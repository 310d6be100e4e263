import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';

/** Looks until what is seen equals what is wanted; the failure tells what was seen last. */
export async function eventuallyEqual<Value>(look: () => Promise<Value>, wanted: Value): Promise<void> {
  await eventually(async () => assert.deepEqual(await look(), wanted));
}
