import assert from 'node:assert/strict';
import type { CertificateStatus } from '../../src/api/status.ts';
import { awaitsNginx, type Ended, outcomeOf } from '../../src/reconcile/next-look.ts';
import { type Failure, permanent, transient } from '../../src/std/failure.ts';

const now = Temporal.Instant.from('2026-11-22T10:00:00Z');
const intervals = {
  proofInterval: Temporal.Duration.from({ hours: 1 }),
  driftInterval: Temporal.Duration.from({ minutes: 5 }),
  random: () => 0.5,
};
const taken = { standing: { parts: [], dataPlane: [] } };

/** A certificate that was issued so many minutes ago, and backdated as all are. */
const issued = (minutesAgo: number): CertificateStatus => ({
  ...{ name: 'server', secretName: 'web-server', serialNumber: 'aa', sha256Fingerprint: 'bb' },
  notBefore: now.subtract({ minutes: minutesAgo + 5 }).toString(),
  notAfter: now.add({ hours: 90 }).toString(),
  renewalTime: now.add({ hours: 60 }).toString(),
});

function ended(failure: Failure | undefined, certificate: CertificateStatus, more: Partial<Ended> = {}): Ended {
  const findings = { parts: [], certificates: [certificate], ...(failure && { failure }) };
  return { findings, ends: [], startedAt: now, ...more };
}

const wrong = transient('NginxCertificateWrong', 'NGINX at 10.0.0.1:8443 shows another certificate');
const refuses = transient('NginxRefuses', 'NGINX at 10.0.0.1:8443 rejects the client certificate of the gateway');
const unreachable = transient('NginxUnreachable', 'NGINX at 10.0.0.1:8443 could not be reached');
const away = transient('GatewayUnreachable', 'The Admin API of the gateway default gives no answer');
const kept = { standing: { parts: [], dataPlane: [], keptUntil: now.add({ minutes: 7 }) } };
const foreign = permanent('NotOurs', 'The Secret web-server belongs to somebody else');

interface Case {
  readonly name: string;
  readonly failure: Failure | undefined;
  readonly given?: Partial<Ended>;
  readonly want: string;
}

const cases: readonly Case[] = [
  { name: 'settled: a little before its proof is old', failure: undefined, want: 'checkAgain after 3420 s' },
  {
    name: 'settled, by the proof of an earlier process: within ten minutes',
    ...{ failure: undefined, given: taken, want: 'checkAgain after 300 s' },
  },
  {
    name: 'NGINX has not loaded what was issued ten minutes ago: with the back-off',
    ...{ failure: wrong, want: 'retry' },
  },
  { name: 'NGINX cannot be reached: with the back-off', failure: unreachable, want: 'retry' },
  {
    name: 'its gateway is away, of which another watch tells: when its proof is old',
    ...{ failure: away, given: { ...kept, outage: { admin: away } }, want: 'checkAgain after 420 s' },
  },
  {
    name: 'its gateway is away, and something else is wrong: with the back-off',
    ...{ failure: unreachable, given: { ...kept, outage: { admin: away } }, want: 'retry' },
  },
  {
    name: 'settled again, its gateway was away: when its proof is old',
    ...{ failure: undefined, given: kept, want: 'checkAgain after 420 s' },
  },
  { name: 'a person must act: after the drift interval', failure: foreign, want: 'checkAgain after 300 s' },
];

describe('when a resource is looked at again', () => {
  for (const { name, failure, given = {}, want } of cases) {
    it(name, () => {
      const outcome = outcomeOf(ended(failure, issued(11), given), now, intervals);
      const when = outcome.kind === 'checkAgain' ? ` after ${outcome.at.since(now).total('seconds')} s` : '';
      assert.equal(`${outcome.kind}${when}`, want);
    });
  }

  it('a renewal comes due before: then', () => {
    const renewalTime = now.add({ minutes: 7 }).toString();
    const outcome = outcomeOf(ended(undefined, { ...issued(0), renewalTime }), now, intervals);
    assert.equal(outcome.kind === 'checkAgain' && outcome.at.toString(), renewalTime);
  });

  it('a renewal was due before the look, and nothing came of it: not without a pause', () => {
    const renewalTime = now.subtract({ minutes: 7 }).toString();
    const outcome = outcomeOf(ended(undefined, { ...issued(0), renewalTime }), now, intervals);
    assert.equal(outcome.kind === 'checkAgain' && outcome.at.since(now).total('minutes'), 57);
  });

  it('it waits for NGINX: soon, whatever else it waits for', () => {
    const renewalTime = now.add({ minutes: 7 }).toString();
    const wait = { waited: Temporal.Duration.from({ seconds: 0 }), waiting: 1 };
    for (const failure of [undefined, wrong, refuses]) {
      const outcome = outcomeOf(ended(failure, { ...issued(0), renewalTime }), now, intervals, wait);
      assert.equal(outcome.kind === 'checkAgain' && outcome.at.since(now).total('milliseconds'), 238);
    }
  });
});

describe('whether a resource waits for NGINX', () => {
  const reloading = transient('NginxReloading', 'NGINX at 10.0.0.1:8443 still serves its previous certificate');
  for (const { name, failure, pending, minutesAgo = 0, want } of [
    { name: 'nothing is wrong', want: false },
    { name: 'NGINX works and has yet to load the rest', pending: reloading, minutesAgo: 11, want: true },
    { name: 'NGINX has yet to load what was issued just now', failure: wrong, want: true },
    { name: 'NGINX has loaded it and refuses the gateway', failure: refuses, minutesAgo: 9, want: true },
    { name: 'NGINX has not loaded in ten minutes what was issued', failure: wrong, minutesAgo: 11, want: false },
    { name: 'NGINX cannot be reached', failure: unreachable, want: false },
    { name: 'something else is wrong beside', failure: unreachable, pending: reloading, want: false },
    { name: 'a person must act', failure: foreign, want: false },
  ]) {
    it(`${want ? 'it does' : 'it does not'}: ${name}`, () => {
      const { findings } = ended(failure, issued(minutesAgo));
      assert.equal(awaitsNginx({ ...findings, ...(pending && { pending }) }, now), want);
    });
  }
});
