import assert from 'node:assert/strict';
import { watchForStalls } from '../../src/quarantine/stalls.ts';

describe('a process that is busy with one thing', () => {
  let now = 0;
  const latelyAfter = (...milliseconds: readonly number[]) => {
    const stalls = watchForStalls(() => now);
    return milliseconds.map((passed) => {
      now += passed;
      return stalls.lately;
    });
  };

  it('is seen after 5 s, and for a minute', () => {
    const minute = Array.from({ length: 20 }, () => 4000);
    assert.equal(latelyAfter(5001, ...minute).filter(Boolean).length, 15);
  });

  it('is none where everything has its turn', () => {
    assert.deepEqual(latelyAfter(500, 4999, 500), [false, false, false]);
  });
});
