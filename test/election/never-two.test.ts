import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Actor, SharedLease } from './simulation.ts';

/** Any interleaving of two candidates: what each does, and how much time passes before the next step. */
const step = fc.record({
  who: fc.constantFrom(0, 1),
  what: fc.constantFrom(
    'round',
    'round',
    'round',
    'read',
    'read',
    'send',
    'send',
    'land',
    'land',
    'answer',
    'answer',
    'lose',
    'release',
    'crash',
  ),
  after: fc.oneof(
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: 0, max: 4_000 }),
    fc.integer({ min: 0, max: 20_000 }),
  ),
});
const clock = fc.record({
  rate: fc.double({ min: 0.9, max: 1.1, noNaN: true }),
  offset: fc.integer({ min: -1e9, max: 1e9 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Skew = typeof clock extends fc.Arbitrary<infer T> ? T : never;

describe('two candidates for a lease', () => {
  it('never hold it at the same moment, whatever is slow, lost or killed and however their clocks differ', () => {
    const run = (steps: readonly Step[], clocks: readonly [Skew, Skew]) => {
      const lease = new SharedLease();
      let time = 0;
      let born = 0;
      const create = (who: number) => {
        const { rate, offset } = clocks[who] ?? { rate: 1, offset: 0 };
        born += 1;
        return new Actor(lease, `candidate-${born}`, rate, offset);
      };
      const actors = [create(0), create(1)];
      let terms = 0;
      for (const { who, what, after } of steps) {
        time += after;
        const actor = actors[who];
        assert.ok(actor !== undefined);
        if (what === 'crash' || actor.ended) actors[who] = create(who);
        else actor[what](time);
        const holders = actors.filter((candidate) => candidate.holds(time));
        assert.ok(holders.length <= 1, `${holders.length} holders after ${time} ms`);
        terms += holders.length;
      }
      return terms;
    };
    let held = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), fc.tuple(clock, clock), (steps, clocks) => {
        held += run(steps, clocks);
      }),
      { numRuns: 400 },
    );
    assert.ok(held > 1_000, `only ${held} moments with a holder: the steps lead nowhere`);
  });

  it('never hold it at the same moment either when somebody deletes it again and again', () => {
    const what = fc.constantFrom('read', 'read', 'send', 'land', 'answer', 'lose', 'delete');
    const deletion = fc.record({ who: fc.constantFrom(0, 1), what, after: fc.integer({ min: 0, max: 8_000 }) });
    fc.assert(
      fc.property(fc.array(deletion, { maxLength: 200 }), fc.tuple(clock, clock), (steps, clocks) => {
        const lease = new SharedLease();
        let time = 0;
        const actors = clocks.map(({ rate, offset }, who) => new Actor(lease, `candidate-${who}`, rate, offset));
        const act = (who: number, doing: 'read' | 'send' | 'land' | 'answer') => actors[who]?.[doing](time);
        // Both know of a holder: one that has never seen the Lease cannot tell that it was deleted.
        for (const doing of ['read', 'send', 'land', 'answer'] as const) act(0, doing);
        act(1, 'read');
        for (const { who, what: doing, after } of steps) {
          time += after;
          if (doing === 'delete') lease.delete();
          else actors[who]?.[doing](time);
          assert.ok(actors.filter((actor) => actor.holds(time)).length <= 1, `two holders after ${time} ms`);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('would be caught: a candidate that trusts its hold for longer than the lease lasts is a second holder', () => {
    const lease = new SharedLease();
    const slow = new Actor(lease, 'slow', 0.5, 0);
    const other = new Actor(lease, 'other', 1, 0);
    for (const doing of ['read', 'send', 'land', 'answer'] as const) slow[doing](0);
    other.read(1);
    for (const doing of ['read', 'send', 'land', 'answer'] as const) other[doing](15_001);
    assert.ok(slow.holds(15_001) && other.holds(15_001));
  });
});
