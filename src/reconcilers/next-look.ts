import { checkAgain, type Outcome, toOutcome } from '../controller/outcome.ts';
import { jittered, sometimeWithin } from '../std/backoff.ts';
import { shorter } from '../std/duration.ts';
import type { Progress } from './progress.ts';
import type { Run } from './world.ts';

/** How often something is looked at that is on its way, such as an NGINX that has yet to load a new certificate. */
const pendingInterval = Temporal.Duration.from({ seconds: 5 });

/** How long at most a proof is good that an earlier process made. */
const takenOverFor = Temporal.Duration.from({ minutes: 10 });

/** How long a kubelet and NGINX may take to load what was issued; the five minutes by which it is backdated included. */
const reloadsWithin = Temporal.Duration.from({ minutes: 15 });

type Intervals = Pick<Run, 'proof' | 'proofInterval' | 'driftInterval' | 'random'>;

/** How a reconcile ends at `now`, and when the resource is looked at again without an event. */
export function outcomeOf(progress: Progress, now: Temporal.Instant, intervals: Intervals): Outcome {
  const { failure, certificates, ends, startedAt } = progress;
  const nextLook = now.add(untilNextLook(progress, intervals));
  if (failure === undefined) {
    const renewals = certificates
      .flatMap(({ renewalTime }) => renewalTime ?? [])
      .map((at) => Temporal.Instant.from(at));
    // An end is inclusive (RFC 5280 4.1.2.5).
    const after = ends.map((end) => end.add({ seconds: 1 }));
    // What was past and yet stands, such as a leaf that its CA clips, must not make us look without a pause.
    const due = [...renewals, ...after].filter((at) => Temporal.Instant.compare(at, startedAt) > 0);
    return checkAgain([nextLook, ...due].reduce(earlier));
  }
  if (isReloadAwaited(progress)) return checkAgain(now.add(pendingInterval));
  // What a person mends elsewhere (a foreign Secret, the gateway's configuration, our own rights) sends no event.
  return failure.class === 'permanent' ? checkAgain(nextLook) : toOutcome(failure);
}

/** What is settled is proven again from time to time; the gateway's objects are not left to that, see DriftWatch. */
function untilNextLook({ failure, pending }: Progress, intervals: Intervals): Temporal.Duration {
  const { proof, proofInterval, driftInterval, random } = intervals;
  if (proof !== undefined) return sometimeWithin(shorter(takenOverFor, proofInterval), random);
  if (failure !== undefined) return driftInterval;
  return pending === undefined ? jittered(proofInterval, random) : pendingInterval;
}

/**
 * After a new CA: as soon as NGINX has loaded it, it refuses what the gateway still shows, until we have seen that and
 * switched the gateway. A back-off would be a part of that outage.
 */
function isReloadAwaited({ failure, certificates, startedAt }: Progress): boolean {
  if (failure?.reason !== 'NginxCertificateWrong' && failure?.reason !== 'NginxRefuses') return false;
  const since = startedAt.subtract(reloadsWithin);
  return certificates.some(({ notBefore }) => Temporal.Instant.compare(notBefore, since) > 0);
}

export function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}
