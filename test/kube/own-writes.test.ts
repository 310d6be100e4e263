import assert from 'node:assert/strict';
import type { Change } from '../../src/kube/collection.ts';
import { OwnWrites } from '../../src/kube/own-writes.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { anObject, describeObject, key } from './given.ts';

const added = (version: number): Change => ({ kind: 'added', object: anObject('a', version), listed: false });
const updated = (version: number): Change => {
  return { kind: 'updated', object: anObject('a', version), previous: anObject('a', version - 1) };
};
const deleted = (version: number): Change => ({ kind: 'deleted', object: anObject('a', version) });

/** `written a@7`; `written a@7 after a@6` where handlers know of an earlier state. */
function describeChange(change: Change): string {
  const previous =
    'previous' in change && change.previous !== undefined ? ` after ${describeObject(change.previous)}` : '';
  return `${change.kind} ${describeObject(change.object)}${previous}`;
}

describe('events that overtake the answer of an own write', () => {
  let told: string[];
  let writes: OwnWrites;
  const hear = (changes: readonly Change[]) => {
    for (const change of changes) writes.hear(change);
  };
  /** A write of `a`, under way until the answer is given. */
  const begin = (name = 'a') => {
    const { promise, resolve, reject } = Promise.withResolvers<KubeObject>();
    const ended = writes.during(key(name), () => promise);
    return {
      answer: async (version: number) => {
        resolve(anObject(name, version));
        await ended;
      },
      fail: async () => {
        reject(new Error('no answer'));
        await assert.rejects(ended, /no answer/);
      },
    };
  };

  beforeEach(() => {
    told = [];
    writes = new OwnWrites((change) => told.push(describeChange(change)));
  });

  for (const { name, events, says } of [
    { name: 'its creation is told as its own', events: [added(7)], says: ['written a@7'] },
    { name: 'its change is told as its own', events: [updated(7)], says: ['written a@7 after a@6'] },
    {
      name: 'what others wrote before and after is told as theirs, in order',
      events: [updated(6), updated(7), updated(8)],
      says: ['updated a@6 after a@5', 'written a@7 after a@6', 'updated a@8 after a@7'],
    },
    {
      name: 'a deletion that follows is told as one',
      events: [added(7), deleted(7)],
      says: ['written a@7', 'deleted a@7'],
    },
  ]) {
    it(name, async () => {
      const write = begin();
      hear(events);
      assert.deepEqual(told, [], 'told before anybody knows whose it is');
      await write.answer(7);
      assert.deepEqual(told, says);
    });
  }

  it('are of others when the write fails: nobody knows what became of it', async () => {
    const write = begin();
    hear([updated(7)]);
    await write.fail();
    assert.deepEqual(told, ['updated a@7 after a@6']);
  });

  it('of another object are told at once', async () => {
    const write = begin('b');
    hear([updated(7)]);
    assert.deepEqual(told, ['updated a@7 after a@6']);
    await write.answer(8);
  });

  it('wait for the last of several writes to the object', async () => {
    const [first, second] = [begin(), begin()];
    hear([updated(7), updated(8)]);
    await first.answer(7);
    assert.deepEqual(told, []);
    await second.answer(8);
    assert.deepEqual(told, ['written a@7 after a@6', 'written a@8 after a@7']);
  });

  it('are told at once when nothing is under way any more', async () => {
    await begin().answer(7);
    hear([updated(8)]);
    assert.deepEqual(told, ['updated a@8 after a@7']);
  });
});
