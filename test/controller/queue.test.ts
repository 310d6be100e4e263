import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Queue, type QueueFacts } from '../../src/controller/queue.ts';
import { FakeTime } from './fake-time.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

function aQueue(random = () => 1) {
  const time = new FakeTime();
  const queue = new Queue({ clock: time, random, arm: time.arm });
  /** Takes and finishes all that is ready now. */
  const drain = async () => {
    const keys: string[] = [];
    while (queue.depth > 0) {
      const key = await queue.take();
      if (key === undefined) break;
      keys.push(key);
      queue.done(key);
    }
    return keys;
  };
  return { time, queue, drain, in: (milliseconds: number) => time.now().add({ milliseconds }) };
}

describe('queue', () => {
  it('hands keys out in the order of their first add, each once', async () => {
    const { queue, drain } = aQueue();
    for (const key of ['b', 'a', 'b', 'c', 'a']) queue.add(key);
    assert.deepEqual(await drain(), ['b', 'a', 'c']);
  });

  it('hands a key to a worker that was waiting', async () => {
    const { queue } = aQueue();
    const taken = queue.take();
    queue.add('a');
    assert.equal(await taken, 'a');
  });

  it('keeps a key that was added while held until it is done, then puts it last', async () => {
    const { queue, drain } = aQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    assert.equal(queue.depth, 1);
    queue.done('a');
    assert.deepEqual(await drain(), ['b', 'a']);
  });

  it('doubles the pause of a key up to five minutes, and starts over after forget', async () => {
    const { time, queue, drain } = aQueue();
    for (let failure = 1; failure <= 20; failure += 1) {
      queue.retry('a');
      time.advance(5 * 60 * 1000);
      assert.deepEqual(await drain(), ['a']);
    }
    const doubled = Array.from({ length: 20 }, (_, n) => Math.min(5 * 2 ** n, 300_000));
    assert.deepEqual(time.waits, doubled);
    queue.forget('a');
    queue.retry('a');
    assert.equal(time.waits.at(-1), 5);
  });

  it('pauses no longer than its caller says, and goes on doubling under it', () => {
    const { time, queue } = aQueue();
    const cap = Temporal.Duration.from({ milliseconds: 15 });
    for (const limit of [cap, cap, cap, cap, undefined]) {
      queue.retry('a', limit);
      time.advance(hour);
    }
    assert.deepEqual(time.waits, [5, 10, 15, 15, 80]);
  });

  it('counts the failures of each key apart', () => {
    const { time, queue } = aQueue();
    for (const key of ['a', 'a', 'b']) {
      queue.retry(key);
      time.advance(hour);
    }
    assert.deepEqual(time.waits, [5, 10, 5]);
  });

  it('takes at most half of a pause away by chance', () => {
    const { time, queue } = aQueue(() => 0);
    queue.retry('a');
    assert.deepEqual(time.waits, [2.5]);
  });

  for (const { name, given, want } of [
    { name: 'the earlier of two times when it comes second', given: [3 * hour, 2 * hour], want: 2 * hour },
    { name: 'the earlier of two times when it comes first', given: [2 * hour, 3 * hour], want: 2 * hour },
    { name: 'a time in the past as now', given: [-hour], want: 0 },
    { name: 'a time after more than a day', given: [40 * day], want: 40 * day },
  ]) {
    it(`keeps ${name}`, async () => {
      const { time, queue, drain, in: inTime } = aQueue();
      for (const milliseconds of given) queue.addAt('a', inTime(milliseconds));
      time.advance(want - 1);
      assert.deepEqual(await drain(), []);
      time.advance(1);
      assert.deepEqual(await drain(), ['a']);
      time.advance(100 * day);
      assert.deepEqual(await drain(), []);
      assert.ok(time.waits.every((milliseconds) => milliseconds <= day));
    });
  }

  it('notices within a day that the clock was set forward', async () => {
    const { time, queue, drain, in: inTime } = aQueue();
    queue.addAt('a', inTime(40 * day));
    time.setClockForward(39.5 * day);
    time.advance(day);
    assert.deepEqual(await drain(), ['a']);
  });

  it('does not wait again when the clock was set back during a pause', async () => {
    const { time, queue, drain } = aQueue();
    queue.retry('a');
    time.setClockForward(-hour);
    time.advance(5);
    assert.deepEqual(await drain(), ['a']);
  });

  it('drops the time of a key that is taken before, since that run decides anew', async () => {
    const { time, queue, drain, in: inTime } = aQueue();
    queue.addAt('a', inTime(hour));
    queue.add('a');
    assert.deepEqual(await drain(), ['a']);
    assert.equal(time.armedTimers, 0);
  });

  it('releases its workers, its keys and its timers when it is closed', async () => {
    const { time, queue, in: inTime } = aQueue();
    const taken = queue.take();
    queue.addAt('a', inTime(hour));
    queue.close();
    queue.add('b');
    queue.retry('c');
    assert.equal(await taken, undefined);
    assert.equal(await queue.take(), undefined);
    assert.deepEqual({ depth: queue.depth, timers: time.armedTimers }, { depth: 0, timers: 0 });
  });
});

const groupOf = (key: string) => (key === 'a' ? 'of a' : 'of others');

/** Some workers and whoever adds keys; checks at each step what the queue promises. */
class Workshop {
  readonly #time = new FakeTime();
  readonly #queue = new Queue({ clock: this.#time, random: () => 1, arm: this.#time.arm, groupOf, groupAtMost: 1 });
  readonly #held = new Set<string>();
  /** Added, and not handed out since. */
  readonly owed = new Set<string>();

  add(key: string): void {
    this.owed.add(key);
    this.#queue.add(key);
  }

  addLater(key: string): void {
    this.owed.add(key);
    this.#queue.addAt(key, this.#time.now().add({ seconds: 1 }));
  }

  retry(key: string): void {
    this.owed.add(key);
    this.#queue.retry(key);
  }

  async take(): Promise<void> {
    const key = await this.#queue.take();
    assert.ok(key !== undefined && !this.#held.has(key), `${key} is in two hands`);
    assert.ok(![...this.#held].some((other) => groupOf(other) === groupOf(key)), 'two workers for one group');
    this.#held.add(key);
    this.owed.delete(key);
  }

  finish(key: string): void {
    if (this.#held.delete(key)) this.#queue.done(key);
  }

  async workItOff(): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      this.#time.advance(day);
      void this.take();
      await new Promise(setImmediate);
      for (const key of this.#held) this.finish(key);
    }
  }
}

describe('the priorities of a queue', () => {
  it('let what somebody did overtake what a start found', async () => {
    const { queue, drain } = aQueue();
    for (const key of ['a', 'b', 'c']) queue.add(key, 'low');
    queue.add('edited');
    queue.add('b');
    assert.deepEqual(await drain(), ['edited', 'b', 'a', 'c']);
  });

  it('are not lowered again by what a start finds', async () => {
    const { queue, drain } = aQueue();
    queue.add('low', 'low');
    queue.add('edited');
    queue.add('edited', 'low');
    assert.deepEqual(await drain(), ['edited', 'low']);
  });

  it('do not let a stream of edits starve what was there first', async () => {
    const { queue } = aQueue();
    queue.add('patient', 'low');
    for (let edit = 0; edit < 100; edit += 1) queue.add(`edit-${edit}`);
    const taken: string[] = [];
    while (queue.depth > 0) taken.push((await queue.take()) ?? '');
    assert.equal(taken.indexOf('patient'), 20);
  });

  it('are kept by a retry, and by an edit that comes while the key is held', async () => {
    const { queue, time, drain } = aQueue();
    queue.add('failing', 'low');
    const held = await queue.take();
    assert.equal(held, 'failing');
    queue.retry('failing');
    queue.done('failing');
    time.advance(10);
    assert.deepEqual([queue.depthOf('low'), queue.depthOf('high')], [1, 0]);
    await queue.take();
    queue.add('failing');
    queue.done('failing');
    assert.deepEqual([queue.depthOf('low'), queue.depthOf('high')], [0, 1]);
    assert.deepEqual(await drain(), ['failing']);
  });

  it('are told with what happens: each key that comes, is tried again and is taken', async () => {
    const facts: string[] = [];
    const time = new FakeTime();
    const onQueue = ({ kind, priority }: QueueFacts) => void facts.push(`${kind} ${priority}`);
    const queue = new Queue({ clock: time, random: () => 1, arm: time.arm, onQueue });
    queue.add('a', 'low');
    queue.add('a', 'low');
    await queue.take();
    queue.retry('a');
    assert.deepEqual(facts, ['added low', 'taken low', 'retried low']);
  });
});

describe('the groups of a queue', () => {
  const inGroups = (groupAtMost?: number) => {
    const time = new FakeTime();
    const groupOf = (key: string) => key.slice(0, 1);
    const limit = groupAtMost === undefined ? {} : { groupAtMost };
    return new Queue({ clock: time, random: () => 1, arm: time.arm, groupOf, ...limit });
  };

  it('have their turns one after another, however many keys each has', async () => {
    const queue = inGroups();
    for (const key of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) queue.add(key);
    const taken: string[] = [];
    while (queue.depth > 0) taken.push((await queue.take()) ?? '');
    assert.deepEqual(taken, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('leave the other workers to the others, also to those that come later', async () => {
    const queue = inGroups(2);
    for (const key of ['a1', 'a2', 'a3', 'a4']) queue.add(key);
    const taken: string[] = [];
    const workers = Array.from({ length: 4 }, async () => void taken.push((await queue.take()) ?? ''));
    await new Promise(setImmediate);
    assert.deepEqual(taken, ['a1', 'a2']);
    queue.add('b1');
    await new Promise(setImmediate);
    assert.deepEqual(taken, ['a1', 'a2', 'b1']);
    queue.done('a2');
    await Promise.all(workers);
    assert.deepEqual(taken, ['a1', 'a2', 'b1', 'a3']);
  });

  it('take what is low of one where the high ones of another have their share', async () => {
    const queue = inGroups(1);
    for (const key of ['a1', 'a2', 'a3']) queue.add(key);
    queue.add('b1', 'low');
    assert.deepEqual([await queue.take(), await queue.take()], ['a1', 'b1']);
    assert.equal(queue.depth, 2);
  });

  it('go on after a hold with all that may', async () => {
    const queue = inGroups(1);
    await queue.hold();
    for (const key of ['a1', 'a2', 'b1']) queue.add(key);
    const taken: string[] = [];
    for (let worker = 0; worker < 3; worker += 1) void queue.take().then((key) => taken.push(key ?? ''));
    queue.resume();
    await new Promise(setImmediate);
    assert.deepEqual(taken, ['a1', 'b1']);
  });
});

describe('queue and workers', () => {
  type Step = (workshop: Workshop) => void;
  const key = fc.constantFrom('a', 'b', 'c');
  const step: fc.Arbitrary<Step> = fc.oneof(
    key.map(
      (k): Step =>
        (workshop) =>
          workshop.add(k),
    ),
    key.map(
      (k): Step =>
        (workshop) =>
          workshop.addLater(k),
    ),
    key.map(
      (k): Step =>
        (workshop) =>
          workshop.retry(k),
    ),
    key.map(
      (k): Step =>
        (workshop) =>
          workshop.finish(k),
    ),
    fc.constant<Step>((workshop) => void workshop.take()),
  );

  it('never have one key in two hands and never lose one', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const workshop = new Workshop();
        for (const act of steps) {
          act(workshop);
          await new Promise(setImmediate);
        }
        await workshop.workItOff();
        assert.deepEqual([...workshop.owed], []);
      }),
    ));
});
