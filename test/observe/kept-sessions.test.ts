import assert from 'node:assert/strict';
import { KeptSessions } from '../../src/observe/kept-sessions.ts';

describe('sessions that are kept', () => {
  let now: Temporal.Instant;
  let sessions: KeptSessions;
  const session = (text: string) => Buffer.from(text);
  beforeEach(() => {
    now = Temporal.Instant.from('2026-11-30T10:00:00Z');
    sessions = new KeptSessions({ now: () => now });
  });

  it('are found by whose they are, the last one of each', () => {
    sessions.keep(['a', 1], session('one'));
    sessions.keep(['a', 2], session('two'));
    sessions.keep(['a', 1], session('three'));
    assert.deepEqual([sessions.find(['a', 1]), sessions.find(['a', 2])], [session('three'), session('two')]);
    assert.equal(sessions.find(['b', 1]), undefined);
  });

  it('are none any more after ten minutes', () => {
    sessions.keep(['a'], session('one'));
    now = now.add({ minutes: 9, seconds: 59 });
    assert.notEqual(sessions.find(['a']), undefined);
    now = now.add({ seconds: 1 });
    assert.equal(sessions.find(['a']), undefined);
  });

  it('are a thousand at most, of which the oldest go', () => {
    for (let number = 0; number < 1001; number += 1) sessions.keep([number], session('any'));
    assert.deepEqual([sessions.find([0]), sessions.find([1])?.toString()], [undefined, 'any']);
  });
});
