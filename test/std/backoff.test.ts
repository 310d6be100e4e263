import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMilliseconds } from '../../src/std/backoff.ts';

const policy = { first: Temporal.Duration.from({ milliseconds: 200 }), cap: Temporal.Duration.from({ seconds: 10 }) };

describe('back-off', () => {
  for (const { failures, want } of [
    { failures: 1, want: 200 },
    { failures: 2, want: 400 },
    { failures: 6, want: 6400 },
    { failures: 7, want: 10_000 },
    { failures: 5000, want: 10_000 },
  ]) {
    it(`waits at most ${want} ms after ${failures} failures, and at least half of that`, () => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
          const pause = backoffMilliseconds(policy, failures, () => chance);
          assert.ok(pause >= want / 2 && pause <= want, `${pause}`);
        }),
      );
    });
  }
});
