import assert from 'node:assert/strict';
import pino from 'pino';
import { beforeWrite } from '../../src/apply/guard.ts';
import { checkAgain, settled } from '../../src/controller/outcome.ts';
import { unlessHalted } from '../../src/reconcile/unless-halted.ts';
import { transient } from '../../src/std/failure.ts';
import { ClockWatch } from '../../src/watch/clock-watch.ts';

const server = Temporal.Instant.from('2026-11-29T12:00:00Z');
const never = new AbortController().signal;

describe('the watch over the clock', () => {
  let ahead: number;
  let did: string[];
  let ask: () => Promise<void>;
  let watch: ClockWatch;
  const clock = { now: () => server.add({ seconds: ahead }) };

  beforeEach(() => {
    ahead = 0;
    did = [];
    ask = async () => {};
    watch = new ClockWatch({
      clock,
      serverTime: () => server,
      ask: () => ask(),
      interval: Temporal.Duration.from({ milliseconds: 10 }),
      random: () => 0,
      log: pino({ base: null }, { write: (line) => did.push(`log ${JSON.parse(line).level}`) }),
      wakeAll: () => did.push('wake'),
      tell: ({ type, reason }) => did.push(`${type} ${reason}`),
    });
  });

  it('tells nothing while the clocks agree', async () => {
    for (let look = 0; look < 3; look += 1) await watch.check(never);
    assert.deepEqual(did, []);
  });

  it('tells once that they are apart, and once that they agree again, and wakes everybody then', async () => {
    ahead = 6_000;
    for (let look = 0; look < 3; look += 1) await watch.check(never);
    assert.deepEqual(did.splice(0), ['log 50', 'Warning ClockSkewed']);
    ahead = 0;
    for (let look = 0; look < 3; look += 1) await watch.check(never);
    assert.deepEqual(did, ['log 30', 'Normal ClockAgrees', 'wake']);
  });

  it('goes on by the last answer where none comes', async () => {
    ask = () => Promise.reject(transient('ApiServerUnreachable', 'no answer'));
    ahead = 6_000;
    await watch.check(never);
    assert.deepEqual(did, ['log 50', 'Warning ClockSkewed']);
  });

  it('does not hide a fault of our own', async () => {
    ask = () => Promise.reject(new TypeError('a bug'));
    await assert.rejects(watch.check(never), TypeError);
  });

  it('looks until it is stopped', async () => {
    const stop = new AbortController();
    ahead = 6_000;
    const running = watch.run(stop.signal);
    while (did.length === 0) await new Promise((done) => setTimeout(done, 5));
    stop.abort();
    await running;
  });

  describe('lets a reconcile', () => {
    const run = () => ({ clockWatch: watch, clock, signal: never });
    const inAMinute = () => checkAgain(clock.now().add({ minutes: 1 }));

    it('work while the clocks agree', async () => {
      assert.deepEqual(await unlessHalted(run(), async () => settled), settled);
    });

    it('not begin while they are apart', async () => {
      ahead = -6_000;
      assert.deepEqual(await unlessHalted(run(), () => assert.fail('it began')), inAMinute());
    });

    it('end before a write where the clock jumps meanwhile', async () => {
      const work = async () => {
        beforeWrite(run());
        ahead = 6_000;
        beforeWrite(run());
        assert.fail('it wrote');
      };
      assert.deepEqual(await unlessHalted(run(), work), inAMinute());
    });

    it('fail as it does', async () => {
      await assert.rejects(
        unlessHalted(run(), () => Promise.reject(new TypeError('a bug'))),
        TypeError,
      );
    });
  });
});
