import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import pino from 'pino';
import { Controller, type ControllerOptions, type ReconcileFacts } from '../../src/controller/controller.ts';
import { checkAgain, type Outcome, settled, toOutcome } from '../../src/controller/outcome.ts';
import { permanent, transient } from '../../src/std/failure.ts';

const clock = { now: () => Temporal.Now.instant() };
const key = { namespace: 'shop', name: 'web' };
const quickly = {
  first: Temporal.Duration.from({ milliseconds: 1 }),
  cap: Temporal.Duration.from({ milliseconds: 2 }),
};

/** Runs a controller until `count` reconciles have ended, and hands back what it reported and logged. */
async function runs(count: number, options: Partial<ControllerOptions> & Pick<ControllerOptions, 'reconcile'>) {
  const stop = new AbortController();
  const facts: ReconcileFacts[] = [];
  let logged = '';
  const sink = new Writable({
    write: (chunk, _, next) => {
      logged += chunk;
      next();
    },
  });
  const controller = new Controller({
    name: 'test',
    log: pino({ level: 'debug' }, sink),
    clock,
    random: () => 1,
    backoff: quickly,
    onReconcile: (fact) => {
      facts.push(fact);
      if (facts.length === count) stop.abort();
    },
    ...options,
  });
  controller.enqueue(key);
  await controller.run(stop.signal);
  return { results: facts.map(({ result }) => result), facts, logged };
}

/** Ends in each outcome in turn, then settles. */
function endingIn(...endings: readonly (() => Outcome)[]) {
  let run = 0;
  return async () => {
    const ending = endings[run];
    run += 1;
    return ending === undefined ? settled : ending();
  };
}

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

describe('controller', () => {
  it('tells its load while it works: who works, who waits, and how long', async () => {
    const stop = new AbortController();
    const seen = Promise.withResolvers<void>();
    const log = pino({ level: 'silent' });
    const begun = Promise.withResolvers<void>();
    const reconcile = async () => {
      begun.resolve();
      await seen.promise;
      return settled;
    };
    const controller = new Controller({ name: 'test', log, clock, random: () => 1, workers: 1, reconcile });
    for (const name of ['a', 'b', 'c']) controller.enqueue({ namespace: 'shop', name }, name === 'c' ? 'low' : 'high');
    const running = controller.run(stop.signal);
    await begun.promise;
    const { longestRunningMilliseconds, unfinishedMilliseconds, ...load } = controller.load;
    assert.deepEqual(load, { workers: 1, active: 1, depth: { high: 1, low: 1 } });
    assert.ok(longestRunningMilliseconds >= 0);
    assert.ok(unfinishedMilliseconds >= longestRunningMilliseconds);
    stop.abort();
    seen.resolve();
    await running;
    assert.equal(controller.load.active, 0);
  });

  it('tells which reconcile exceeded its deadline', async () => {
    const deadline = Temporal.Duration.from({ milliseconds: 5 });
    const { facts } = await runs(1, {
      deadline,
      reconcile: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(settled))),
    });
    assert.deepEqual(
      facts.map(({ overran }) => overran),
      [true],
    );
  });

  for (const { name, ending, want } of [
    { name: 'retries a transient failure', ending: throwing(transient('GatewayDown', 'Down')), want: 'retry' },
    {
      name: 'retries a permanent failure that was thrown',
      ending: throwing(permanent('Forbidden', 'No')),
      want: 'retry',
    },
    { name: 'retries a conflict', ending: throwing(transient('Conflict', 'Changed')), want: 'retry' },
    { name: 'retries after a crash', ending: throwing(new TypeError('s3cret')), want: 'crash' },
    { name: 'retries after something thrown that is no error', ending: throwing('s3cret'), want: 'crash' },
    { name: 'looks again when asked to', ending: () => checkAgain(clock.now()), want: 'checkAgain' },
  ]) {
    it(name, async () => {
      const { results, logged } = await runs(2, { reconcile: endingIn(ending) });
      assert.deepEqual(results, [want, 'settled']);
      assert.doesNotMatch(logged, /s3cret/);
    });
  }

  it('leaves a stalled key alone until an event comes', async () => {
    const seen: string[] = [];
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      workers: 1,
      reconcile: async ({ name }) => {
        seen.push(name);
        if (name === 'last') stop.abort();
        return toOutcome(permanent('InvalidSpec', 'A host is missing'));
      },
    });
    const stop = new AbortController();
    controller.enqueue({ namespace: 'shop', name: 'stalled' });
    controller.enqueue({ namespace: 'shop', name: 'other' });
    const running = controller.run(stop.signal);
    await new Promise(setImmediate);
    controller.enqueue({ namespace: 'shop', name: 'stalled' });
    controller.enqueue({ namespace: 'shop', name: 'last' });
    await running;
    assert.deepEqual(seen, ['stalled', 'other', 'stalled', 'last']);
  });

  it('starts the back-off over after a success', async () => {
    const waits: number[] = [];
    const down = throwing(transient('GatewayDown', 'Down'));
    await runs(5, {
      reconcile: endingIn(down, down, () => checkAgain(clock.now()), down),
      backoff: { first: Temporal.Duration.from({ seconds: 10 }), cap: Temporal.Duration.from({ hours: 1 }) },
      arm: (milliseconds, fire) => {
        waits.push(Math.round(milliseconds / 1000));
        const timer = setImmediate(fire);
        return () => clearImmediate(timer);
      },
    });
    assert.deepEqual(waits, [10, 20, 0, 10]);
  });

  it('pauses after a failure of one kind no longer than it was told to', async () => {
    const backoff = { first: Temporal.Duration.from({ hours: 1 }), cap: Temporal.Duration.from({ hours: 1 }) };
    const short = Temporal.Duration.from({ milliseconds: 1 });
    const { results } = await runs(2, {
      backoff,
      capAfter: ({ reason }) => (reason === 'Away' ? short : undefined),
      reconcile: endingIn(throwing(transient('Away', 'the server is away'))),
    });
    assert.deepEqual(results, ['retry', 'settled']);
  });

  it('ends a reconcile that takes too long, and retries it', async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<Outcome>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    let run = 0;
    const { results, logged } = await runs(2, {
      deadline: Temporal.Duration.from({ milliseconds: 20 }),
      reconcile: async (_, { signal }) => {
        run += 1;
        return run === 1 ? await untilAborted(signal) : settled;
      },
    });
    assert.deepEqual(results, ['crash', 'settled']);
    assert.match(logged, /reconcile exceeded its deadline/);
  });

  it('lets a running reconcile end when it is stopped, and starts none after it', async () => {
    const stop = new AbortController();
    const events: string[] = [];
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      workers: 1,
      reconcile: async ({ name }, { signal }) => {
        started.resolve();
        await gate.promise;
        events.push(`${name} ended, aborted: ${signal.aborted}`);
        return settled;
      },
    });
    for (const name of ['a', 'b']) controller.enqueue({ namespace: 'shop', name });
    const running = controller.run(stop.signal).then(() => events.push('run ended'));
    await started.promise;
    stop.abort();
    gate.resolve();
    await running;
    assert.deepEqual(events, ['a ended, aborted: false', 'run ended']);
  });

  it('ends at once when it was stopped before it ran', async () => {
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      reconcile: () => assert.fail('reconciled after the stop'),
    });
    controller.enqueue(key);
    await controller.run(AbortSignal.abort());
  });

  it('works on as many keys at a time as it has workers, and on each key alone', async () => {
    let running = 0;
    let most = 0;
    const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
    const held = new Set<string>();
    const stop = new AbortController();
    let ended = 0;
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      workers: 3,
      reconcile: async ({ name }) => {
        assert.ok(!held.has(name), 'one key in two workers');
        held.add(name);
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        held.delete(name);
        ended += 1;
        if (ended === names.length) stop.abort();
        return settled;
      },
    });
    for (const name of names) controller.enqueue({ namespace: `of-${name}`, name });
    await controller.run(stop.signal);
    assert.equal(most, 3);
  });

  it('gives a namespace at most half of the workers, so that another need not wait', async () => {
    const stop = new AbortController();
    const stuck = Promise.withResolvers<void>();
    const begun: string[] = [];
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      workers: 4,
      reconcile: async ({ namespace, name }) => {
        begun.push(`${namespace}/${name}`);
        if (namespace === 'slow') await stuck.promise;
        return settled;
      },
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) controller.enqueue({ namespace: 'slow', name });
    const ended = controller.run(stop.signal);
    await new Promise(setImmediate);
    for (const name of ['a', 'b', 'c']) controller.enqueue({ namespace: 'shop', name });
    await new Promise(setImmediate);
    assert.deepEqual(begun, ['slow/a', 'slow/b', 'shop/a', 'shop/b', 'shop/c']);
    stop.abort();
    stuck.resolve();
    await ended;
  });

  it('works on one key and nothing beside it on hold, then on all that came meanwhile', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    let running = 0;
    const first = Promise.withResolvers<void>();
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      workers: 4,
      reconcile: async ({ name }, { alone }) => {
        running += 1;
        if (name === 'slow') await first.promise;
        await new Promise(setImmediate);
        seen.push(`${name}${alone ? ` alone, with ${running - 1}` : ''}`);
        running -= 1;
        if (seen.length === 5) stop.abort();
        return settled;
      },
    });
    const enqueue = (...names: readonly string[]) => {
      for (const name of names) controller.enqueue({ namespace: 'shop', name });
    };
    enqueue('slow');
    const ended = controller.run(stop.signal);
    await new Promise(setImmediate);
    const held = controller.hold();
    enqueue('b', 'c', 'odd');
    first.resolve();
    await held;
    await controller.runAlone({ namespace: 'shop', name: 'odd' }, Temporal.Duration.from({ seconds: 1 }));
    assert.deepEqual(seen, ['slow', 'odd alone, with 0']);
    controller.resume();
    await ended;
    assert.deepEqual(seen.slice(2), ['b', 'c', 'odd']);
  });

  it('gives what runs alone the time that it is given', async () => {
    const controller = new Controller({
      name: 'test',
      log: pino({ level: 'silent' }),
      clock,
      random: () => 1,
      reconcile: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject())),
    });
    await controller.hold();
    await controller.runAlone(key, Temporal.Duration.from({ milliseconds: 5 }));
  });

  it('logs a failure with key, reconcile id, reason and sentence, a conflict and a success only for debugging', async () => {
    const { logged } = await runs(3, {
      reconcile: endingIn(throwing(transient('GatewayDown', 'No answer')), throwing(transient('Conflict', 'Changed'))),
    });
    const lines = logged
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const facts = lines.map(({ level, key: text, reconcile, reason, msg }) => ({
      level,
      text,
      reconcile,
      reason,
      msg,
    }));
    assert.deepEqual(facts, [
      { level: 40, text: 'shop/web', reconcile: 1, reason: 'GatewayDown', msg: 'reconcile failed' },
      { level: 20, text: 'shop/web', reconcile: 2, reason: 'Conflict', msg: 'reconcile met a conflict' },
      { level: 20, text: 'shop/web', reconcile: 3, reason: undefined, msg: 'reconciled' },
    ]);
  });
});
