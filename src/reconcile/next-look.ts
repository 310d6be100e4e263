import { checkAgain, type Outcome, toOutcome } from '../controller/outcome.ts';
import type { Observed } from '../plan/observed.ts';
import type { Plan } from '../plan/plan.ts';
import type { Outage } from '../plan/proof/outage.ts';
import type { Findings } from '../plan/status/status.ts';
import { jittered, sometimeWithin } from '../std/backoff.ts';
import { shorter } from '../std/duration.ts';
import type { Failure } from '../std/failure.ts';
import { untilLoaded } from './until-loaded.ts';
import type { Wait } from './waits.ts';
import type { Run } from './world.ts';

/** How long at most a proof is good that an earlier process made. */
export const takenOverFor = Temporal.Duration.from({ minutes: 10 });

/** How long a kubelet and NGINX may take to load what was issued; the five minutes by which it is backdated included. */
const reloadsWithin = Temporal.Duration.from({ minutes: 15 });

type Intervals = Pick<Run, 'proofInterval' | 'driftInterval' | 'random'>;

/** What was found, and on what it rests. */
export type Ended = Pick<Plan, 'findings' | 'ends' | 'standing'> & Pick<Observed, 'outage' | 'startedAt'>;

/** How a reconcile ends at `now`, and when the resource is looked at again without an event. `wait`: for NGINX. */
export function outcomeOf(ended: Ended, now: Temporal.Instant, intervals: Intervals, wait?: Wait): Outcome {
  if (wait !== undefined) return checkAgain(now.add(untilLoaded(wait, intervals.random)));
  const { failure } = ended.findings;
  const nextLook = now.add(untilNextLook(ended, now, intervals));
  // Whoever watches the gateway wakes the resource when it answers again.
  if (failure === undefined || isOutage(failure, ended.outage))
    return checkAgain([nextLook, ...dueTimes(ended)].reduce(earlier));
  // What a person mends elsewhere (a foreign Secret, the gateway's configuration, our own rights) sends no event.
  return failure.class === 'permanent' ? checkAgain(nextLook) : toOutcome(failure);
}

/** Whether it is what the gateway's outage has been told as, and nothing of the resource itself. */
export function isOutage(failure: Failure | undefined, outage: Outage | undefined): boolean {
  return failure !== undefined && (failure === outage?.admin || failure === outage?.dataPlane);
}

/** When something changes by the clock alone. */
function dueTimes({ findings: { certificates }, ends, startedAt }: Ended): readonly Temporal.Instant[] {
  const renewals = certificates.flatMap(({ renewalTime }) => renewalTime ?? []).map((at) => Temporal.Instant.from(at));
  // An end is inclusive (RFC 5280 4.1.2.5).
  const after = ends.map((end) => end.add({ seconds: 1 }));
  // What was past and yet stands, such as a leaf that its CA clips, must not make us look without a pause.
  return [...renewals, ...after].filter((at) => Temporal.Instant.compare(at, startedAt) > 0);
}

/** What is settled is proven again from time to time; the gateway's objects are not left to that, see DriftWatch. */
function untilNextLook(
  { findings: { failure }, standing }: Ended,
  now: Temporal.Instant,
  { proofInterval, driftInterval, random }: Intervals,
): Temporal.Duration {
  if (standing?.keptUntil !== undefined) return shorter(now.until(standing.keptUntil), jittered(proofInterval, random));
  if (standing !== undefined) return sometimeWithin(shorter(takenOverFor, proofInterval), random);
  if (failure !== undefined) return driftInterval;
  return jittered(proofInterval, random);
}

/**
 * Whether NGINX has yet to load what was written for it. After a new CA it is urgent: as soon as NGINX has loaded it,
 * it refuses what the gateway still shows, until we have seen that and switched the gateway. A back-off would be a part
 * of that outage.
 */
export function awaitsNginx({ failure, pending, certificates }: Findings, startedAt: Temporal.Instant): boolean {
  if (failure === undefined) return pending !== undefined;
  if (failure.reason !== 'NginxCertificateWrong' && failure.reason !== 'NginxRefuses') return false;
  const since = startedAt.subtract(reloadsWithin);
  return certificates.some(({ notBefore }) => Temporal.Instant.compare(notBefore, since) > 0);
}

export function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}
