import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMilliseconds, sometimeWithin } from '../../src/std/backoff.ts';
import { toMilliseconds } from '../../src/std/duration.ts';

const policy = { first: Temporal.Duration.from({ milliseconds: 200 }), cap: Temporal.Duration.from({ seconds: 10 }) };

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

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
        fc.property(chances, (chance) => {
          const pause = backoffMilliseconds(policy, failures, () => chance);
          assert.ok(pause >= want / 2 && pause <= want, `${pause}`);
        }),
      );
    });
  }
});

describe('a random part of a duration', () => {
  const tenMinutes = Temporal.Duration.from({ minutes: 10 });

  it('is within the duration, and the larger the larger the chance', () => {
    fc.assert(
      fc.property(chances, chances, (one, other) => {
        const [first, second] = [one, other].map((chance) => toMilliseconds(sometimeWithin(tenMinutes, () => chance)));
        assert.ok(first !== undefined && second !== undefined && first >= 0 && first <= 600_000, `${first}`);
        assert.ok(one <= other ? first <= second : first >= second, `${first} ${second}`);
      }),
    );
  });
});
