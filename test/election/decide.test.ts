import assert from 'node:assert/strict';
import { decide, holds, observe, released, type Standing, wrote } from '../../src/election/decide.ts';
import type { Candidate, LeaseRecord } from '../../src/election/record.ts';
import { toMicroTime } from '../../src/std/micro-time.ts';

const me: Candidate = { identity: 'me', leaseMilliseconds: 15_000, renewDeadlineMilliseconds: 10_000 };
const wall = Temporal.Instant.from('2026-11-25T12:00:00Z');
const record = (holder: string, change: Partial<LeaseRecord> = {}): LeaseRecord => ({
  holder,
  durationSeconds: 15,
  acquireTime: '2026-11-25T11:00:00.000000Z',
  renewTime: '2026-11-25T11:59:59.000000Z',
  transitions: 3,
  ...change,
});
const seen = (holder: string, since: number, version: string | undefined = '7'): Standing => ({
  seen: { record: record(holder), version, since },
});
const held = (since: number, standing: Standing = seen('me', since)): Standing => ({ ...standing, heldSince: since });

describe('the decision about the lease', () => {
  for (const { name, standing, now, want } of [
    { name: 'makes one where there never was any', standing: {}, now: 0, want: 'create' },
    { name: 'takes one that nobody holds', standing: seen('', 0), now: 0, want: 'write' },
    { name: 'waits for a holder that gave a sign of life', standing: seen('other', 100), now: 15_099, want: 'wait' },
    { name: 'takes it from one silent for the duration', standing: seen('other', 100), now: 15_100, want: 'write' },
    { name: 'waits for a holder whose lease was deleted', standing: gone('other', 100), now: 15_099, want: 'wait' },
    {
      name: 'makes it anew once that one must have noticed',
      standing: gone('other', 100),
      now: 15_100,
      want: 'create',
    },
    { name: 'takes what a lost answer had given to it', standing: seen('me', 0), now: 1, want: 'write' },
    { name: 'renews what it holds', standing: held(0), now: 9_999, want: 'write' },
    { name: 'gives up what it could not renew in time', standing: held(0), now: 10_000, want: 'not renewed in time' },
    {
      name: 'gives up what another holds now',
      standing: held(0, seen('other', 50)),
      now: 100,
      want: 'held by another process',
    },
    {
      name: 'gives up what nobody holds now',
      standing: held(0, seen('', 50)),
      now: 100,
      want: 'held by another process',
    },
    { name: 'gives up what was deleted', standing: held(0, gone('me', 50)), now: 100, want: 'deleted' },
  ]) {
    it(name, () => {
      const decision = decide(standing, me, now, wall);
      assert.equal(decision.kind === 'lost' ? decision.because : decision.kind, want);
    });
  }

  it('keeps the acquire time over renewals and counts each change of the holder', () => {
    const renewal = decide(held(0), me, 1, wall);
    const taking = decide(seen('other', 0), me, 15_000, wall);
    assert.deepEqual(renewal, { kind: 'write', version: '7', record: record('me', { renewTime: toMicroTime(wall) }) });
    const times = { acquireTime: toMicroTime(wall), renewTime: toMicroTime(wall) };
    assert.deepEqual(taking, { kind: 'write', version: '7', record: record('me', { ...times, transitions: 4 }) });
  });

  it('counts the time from the last change of the record, whatever the clock of its holder says', () => {
    const first = observe(
      {},
      { record: record('other', { renewTime: '2031-01-01T00:00:00.000000Z' }), version: '1' },
      5,
    );
    const relabelled = observe(
      first,
      { record: record('other', { renewTime: first.seen?.record.renewTime ?? '' }), version: '2' },
      900,
    );
    const renewed = observe(relabelled, { record: record('other'), version: '3' }, 1_000);
    assert.deepEqual(
      [first, relabelled, renewed].map(({ seen: s }) => [s?.since, s?.version]),
      [
        [5, '1'],
        [5, '2'],
        [1_000, '3'],
      ],
    );
  });

  it('counts its own hold from before the write was sent', () => {
    const standing = wrote({ record: record('me'), version: '8' }, 400);
    assert.ok(holds(standing, me, 10_399));
    assert.ok(!holds(standing, me, 10_400));
  });

  it('releases into a record that is free at once', () => {
    const standing = observe({}, { record: released(record('other'), wall), version: '9' }, 0);
    assert.equal(decide(standing, me, 0, wall).kind, 'write');
  });
});

function gone(holder: string, since: number): Standing {
  return { seen: { record: record(holder), version: undefined, since } };
}

describe('a micro time', () => {
  for (const { instant, text } of [
    { instant: '2026-11-25T12:00:00Z', text: '2026-11-25T12:00:00.000000Z' },
    { instant: '2026-11-25T12:00:00.5Z', text: '2026-11-25T12:00:00.500000Z' },
    { instant: '2026-11-25T12:00:00.123456789Z', text: '2026-11-25T12:00:00.123456Z' },
  ]) {
    it(`writes ${instant} with exactly six digits`, () => {
      assert.equal(toMicroTime(Temporal.Instant.from(instant)), text);
    });
  }
});
