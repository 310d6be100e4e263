import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renewalTime } from '../../src/pki/renewal.ts';
import { lastInstant, validityAt } from '../../src/pki/x509/validity.ts';
import { fractionOf } from '../../src/std/digest.ts';
import { hours } from './given.ts';

const at = (text: string) => Temporal.Instant.from(text);

const aPolicy = fc.record(
  {
    before: fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 300, max: 4e8 }).map(seconds)),
    jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    outlast: fc.integer({ min: 3600, max: 4e8 }).map(seconds),
  },
  { requiredKeys: [] },
);

describe('renewal time', () => {
  const validity = { notBefore: at('2026-01-01T00:00:00Z'), notAfter: at('2026-03-31T23:59:59Z') };

  for (const { name, renewBefore, want } of [
    { name: 'is two thirds of the lifetime, rounded down', renewBefore: undefined, want: '2026-03-01T23:59:59Z' },
    { name: 'is renewBefore ahead of the end', renewBefore: hours(24), want: '2026-03-30T23:59:59Z' },
    {
      name: 'is a third after the beginning at the earliest',
      renewBefore: hours(60 * 24 - 1),
      want: '2026-01-31T00:59:59Z',
    },
    {
      name: 'falls back where renewBefore is more than two thirds',
      renewBefore: hours(60 * 24),
      want: '2026-03-01T23:59:59Z',
    },
    { name: 'falls back where renewBefore is longer', renewBefore: hours(43_800), want: '2026-03-01T23:59:59Z' },
    { name: 'drops a fraction of renewBefore', renewBefore: milliseconds(1500), want: '2026-03-31T23:59:57Z' },
    { name: 'is a share of the lifetime ahead of the end', renewBefore: 10, want: '2026-03-22T23:59:59Z' },
    { name: 'falls back where the share is more than two thirds', renewBefore: 67, want: '2026-03-01T23:59:59Z' },
  ] as const) {
    it(name, () =>
      assert.equal(String(renewalTime(validity, renewBefore === undefined ? {} : { before: renewBefore })), want),
    );
  }

  it('takes the real lifetime of a leaf that was clipped, not the one that was asked for', () => {
    const ca = { notBefore: at('2025-01-01T00:00:00Z'), notAfter: at('2026-01-01T03:00:00Z') };
    const clipped = validityAt(at('2026-01-01T00:05:00Z'), hours(2160), ca);
    assert.equal(String(clipped.notAfter), '2026-01-01T03:00:00Z');
    assert.equal(String(renewalTime(clipped, { before: hours(720) })), '2026-01-01T02:00:00Z');
  });

  it('is never due at the moment of issue, whatever renewBefore says', () =>
    fc.assert(
      fc.property(fc.integer({ min: 3600, max: 4e8 }), aPolicy, (lifetime, policy) => {
        const issued = validityAt(validity.notBefore, seconds(lifetime));
        assert.ok(Temporal.Instant.compare(renewalTime(issued, policy), validity.notBefore) > 0);
      }),
    ));

  it('lies inside the period, on a whole second, for every lifetime and renewBefore', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e9 }), aPolicy, (lifetime, policy) => {
        const notAfter = validity.notBefore.add({ seconds: lifetime });
        const time = renewalTime({ ...validity, notAfter }, policy);
        assert.ok(Temporal.Instant.compare(validity.notBefore, time) <= 0);
        assert.ok(Temporal.Instant.compare(time, notAfter) < 0);
        assert.equal(time.epochMilliseconds % 1000, 0);
      }),
    ));
});

describe('the jitter of renewals', () => {
  const validity = { notBefore: at('2026-01-01T00:00:00Z'), notAfter: at('2026-03-31T23:59:59Z') };
  const lifetime = 90 * 24 * 3600 - 1;

  it('only ever brings a renewal forward, by less than a twentieth of the lifetime', () =>
    fc.assert(
      fc.property(aPolicy, (policy) => {
        const { jitter: _, ...still } = policy;
        const early = renewalTime(validity, still).since(renewalTime(validity, policy)).total('seconds');
        assert.ok(early >= 0 && early <= lifetime / 20 + 1, String(early));
      }),
    ));

  it('spreads a thousand leaves of one moment over that time', () => {
    const days = Array.from({ length: 1000 }, (_, index) => {
      const time = renewalTime(validity, { jitter: fractionOf(`uid-${index}/server`) });
      return Math.floor(validity.notAfter.since(time).total('hours') / 24);
    });
    const perDay = Map.groupBy(days, (day) => day);
    assert.equal(perDay.size, 5);
    assert.ok([...perDay.values()].every((all) => all.length > 80 && all.length < 300));
  });
});

describe('a CA that outlasts its leaves', () => {
  const ca = { notBefore: at('2026-01-01T00:00:00Z'), notAfter: at('2026-12-31T23:59:59Z') };
  for (const { name, outlast, want } of [
    {
      name: 'is renewed after two thirds where that is early enough',
      outlast: hours(24),
      want: '2026-09-01T07:59:59Z',
    },
    { name: 'is renewed before a leaf would be clipped', outlast: hours(24 * 180), want: '2026-07-04T23:59:59Z' },
    { name: 'is kept for a third of its lifetime', outlast: hours(24 * 365), want: '2026-05-02T15:59:59Z' },
  ]) {
    it(name, () => assert.equal(String(renewalTime(ca, { outlast })), want));
  }
});

describe('validity', () => {
  const now = at('2026-11-22T10:00:00.750Z');
  const issuer = { notBefore: at('2026-11-22T09:58:00Z'), notAfter: at('2026-11-22T11:00:00Z') };

  for (const { name, lifetime, of, want } of [
    {
      name: 'begins five minutes ago, and its last second is inclusive',
      lifetime: 1,
      of: undefined,
      want: ['09:55:00', '10:54:59'],
    },
    { name: 'is clipped to the end of the issuer', lifetime: 2, of: issuer, want: ['09:58:00', '11:00:00'] },
    { name: 'does not begin before the issuer', lifetime: 1, of: issuer, want: ['09:58:00', '10:57:59'] },
  ] as const) {
    it(name, () => {
      const { notBefore, notAfter } = validityAt(now, hours(lifetime), of);
      assert.deepEqual(
        [notBefore, notAfter].map(String),
        want.map((time) => `2026-11-22T${time}Z`),
      );
    });
  }

  it('has an end that can be computed again from its beginning', () => {
    const { notBefore, notAfter } = validityAt(now, hours(1), issuer);
    assert.equal(String(lastInstant(notBefore, hours(1), issuer.notAfter)), String(notAfter));
  });
});

function seconds(count: number): Temporal.Duration {
  return Temporal.Duration.from({ seconds: count });
}

function milliseconds(count: number): Temporal.Duration {
  return Temporal.Duration.from({ milliseconds: count });
}
