import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { startDeadline } from '../../src/std/deadline.ts';

const reason = new Error('stopped');

describe('a deadline', () => {
  it('aborts with a TimeoutError when its time is up', async () => {
    const { signal, ...deadline } = startDeadline(1, undefined);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    assert.equal(signal.reason.name, 'TimeoutError');
    deadline.end();
  });

  it('says whether it was the time', async () => {
    const stop = new AbortController();
    const [late, cut] = [startDeadline(1), startDeadline(60_000, stop.signal)];
    stop.abort(reason);
    await pause(20);
    assert.deepEqual([late.isOver, cut.isOver], [true, false]);
    assert.equal(cut.signal.reason, reason);
  });

  it('aborts at once with the reason of a signal that has aborted before', () => {
    const { signal } = startDeadline(60_000, AbortSignal.abort(reason));
    assert.ok(signal.aborted);
    assert.equal(signal.reason, reason);
  });

  it('leaves nothing behind once it is ended', async () => {
    const stop = new AbortController();
    const deadline = startDeadline(1, stop.signal);
    deadline.end();
    await pause(20);
    assert.ok(!deadline.signal.aborted);
    assert.deepEqual(getEventListeners(stop.signal, 'abort'), []);
  });
});
