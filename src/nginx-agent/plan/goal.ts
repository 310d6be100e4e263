import type { About } from '../release/about.ts';
import type { Facts, Rejection } from './facts.ts';

/** What is wrong with the wanted release, so that it is not gone for: it stands in the status beside what is served. */
interface Objection {
  readonly reason: string;
  readonly message: string;
}

/** The release to go for, and why it is not the wanted one. Neither: there is nothing to serve yet. */
export interface Goal {
  readonly id?: string;
  readonly objection?: Objection;
}

const firstPause = Temporal.Duration.from({ seconds: 30 });
const longestPause = Temporal.Duration.from({ minutes: 30 });

/** Pure. */
export function findGoal(facts: Facts): Goal {
  const { wanted, good, current } = facts;
  const kept = good ?? current?.id;
  const keep = kept === undefined ? {} : { id: kept };
  if (wanted.kind !== 'ready') return { ...keep, objection: { reason: wanted.reason, message: wanted.message } };
  const { about } = wanted.release;
  const objection = objectionTo(about, facts);
  return objection === undefined ? { id: about.id } : { ...keep, objection };
}

function objectionTo(about: About, facts: Facts): Objection | undefined {
  const rejection = facts.rejections.find(({ id }) => id === about.id);
  if (rejection !== undefined && Temporal.Instant.compare(facts.now, nextTry(rejection)) < 0)
    return { reason: rejection.reason, message: rejection.message };
  const served = facts.laid.find(({ id }) => id === (facts.good ?? facts.current?.id));
  if (served === undefined || served.id === about.id || isValid(about, facts.now) || !isValid(served, facts.now))
    return undefined;
  return {
    reason: 'CertificateNotValid',
    message: `The new certificate is valid from ${about.notBefore} to ${about.notAfter}, which is not now; the one before, which is valid, stays in use`,
  };
}

function nextTry({ at, count }: Rejection): Temporal.Instant {
  return at.add({ milliseconds: pauseAfter(count) });
}

/** In milliseconds. A name may resolve again, or a port be free: what NGINX rejected is tried again, ever more seldom. */
export function pauseAfter(count: number): number {
  const pause = firstPause.total('milliseconds') * 2 ** Math.min(count - 1, 10);
  return Math.min(pause, longestPause.total('milliseconds'));
}

function isValid({ notBefore, notAfter }: About, now: Temporal.Instant): boolean {
  return (
    Temporal.Instant.compare(Temporal.Instant.from(notBefore), now) <= 0 &&
    Temporal.Instant.compare(now, Temporal.Instant.from(notAfter)) <= 0
  );
}
