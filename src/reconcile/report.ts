import type { Resource } from '../api/kinds.ts';
import type { Condition } from '../api/status.ts';
import { writeStatus } from '../apply/status.ts';
import { checkAgain, type Outcome, settled, toOutcome } from '../controller/outcome.ts';
import { recordEvent } from '../events/about.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import type { Observed } from '../plan/observed.ts';
import type { Blocked, Plan } from '../plan/plan.ts';
import { isDoubtful } from '../plan/proof/doubt.ts';
import { isEarly } from '../plan/status/early.ts';
import { type Findings, statusAfter } from '../plan/status/status.ts';
import type { Step } from '../plan/steps.ts';
import { shorter } from '../std/duration.ts';
import type { Failure } from '../std/failure.ts';
import { awaitsNginx, earlier, isOutage, outcomeOf, takenOverFor } from './next-look.ts';
import type { Wait } from './waits.ts';
import type { Run } from './world.ts';

/** What a report needs to know beside the plan. */
type Ended = Pick<Observed, 'resource' | 'owner' | 'startedAt' | 'done' | 'outage' | 'neighbours' | 'deletion'>;

/** One status write if it differs, what people are told, and when to look again. */
export async function report(plan: Plan, observed: Ended, run: Run): Promise<Outcome> {
  if (observed.deletion !== undefined) return await reportDeletion(plan, observed, run);
  const now = run.clock.now();
  const { findings } = plan;
  // If it is an outage, the watch of the gateway tells of it; what is found again without being told is said here.
  const isFound = isDoubtful(findings, observed);
  const wasFound = run.memory.noteDoubt(observed.resource, isFound);
  if (isFound && !wasFound) return checkAgain(now.add(run.reachability.tellsWithin));
  tellWritten(observed, run);
  await writeStatus(asStored(observed), statusAfter(findings, observed, now), run);
  tellWhatCameOfIt(findings, observed, now, run);
  noteProof(plan, observed, run);
  return outcomeOf({ ...plan, ...observed }, now, run, noteWait(findings, observed, run));
}

/** From now on others are watched at the gateway: before anything is probed, or our own change would be taken for drift. */
export function noteGateway({ watch, gateways, standing }: Plan, { resource, owner }: Ended, run: Run): void {
  if (gateways !== undefined) run.memory.use(resource, gateways);
  if (watch === undefined) return;
  const { gateway } = run.gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  run.drift.expect(gateway, owner, watch.desired, standing === undefined ? 'seen' : 'unseen');
  run.names.await(gateway, owner, watch.taken);
}

/** How long what was proven, or taken over from an earlier process, will do. */
function noteProof({ findings, standing }: Plan, { resource, startedAt }: Ended, run: Run): void {
  if (findings.failure !== undefined || standing?.keptUntil !== undefined) return;
  const { proofInterval } = run;
  run.memory.prove(
    resource,
    startedAt.add(standing === undefined ? proofInterval : shorter(takenOverFor, proofInterval)),
  );
}

/** Undefined: it waits for no NGINX. */
function noteWait(findings: Findings, { resource, startedAt, done }: Ended, { waits, clock }: Run): Wait | undefined {
  const { metadata } = resource;
  if (awaitsNginx(findings, startedAt)) return waits.note(metadata, clock.now(), writtenBy(done).length > 0);
  waits.end(metadata);
  return undefined;
}

/** The resource as the server has it: what was written meanwhile must be taken back where it is not to stay. */
function asStored({ resource, done }: Ended): Resource<unknown> {
  const announced = done.findLast((step) => step.do === 'announce');
  if (announced === undefined) return resource;
  return { ...resource, status: { ...resource.status, gateway: announced.status } };
}

/** Certificates that were written to their Secrets, and why: `server (RenewalDue)`. */
function writtenBy(done: readonly Step[]): readonly string[] {
  return done.flatMap((step) => {
    if (step.do === 'issue') return [`${step.request.name} (${step.because.reason})`];
    return step.do === 'write' && step.updates ? [`${step.updates.certificate} (${step.updates.because})`] : [];
  });
}

/** One Event for all that a reconcile issued. */
function tellWritten({ resource, done }: Ended, run: Run): void {
  const written = writtenBy(done);
  if (written.length === 0) return;
  recordEvent(
    resource,
    { type: 'Normal', reason: 'Issued', action: 'Issue', note: `Wrote ${written.join(', ')}` },
    run,
  );
}

/** Of an outage, and of its end, everybody is told once, by `Reachability`. */
function tellWhatCameOfIt(
  { failure, pending, certificates }: Findings,
  { resource, outage }: Ended,
  now: Temporal.Instant,
  run: Run,
): void {
  const inOutage = isOutage(failure, outage);
  const wasInOutage = run.memory.noteOutage(resource, inOutage);
  if (inOutage) return;
  if (failure !== undefined) {
    tellFailure(resource, failure, isEarly(failure, resource, certificates, now), run);
    return;
  }
  run.memory.releaseHeldBack(resource);
  if (pending === undefined && !wasInOutage) tellRecovery(resource, run);
}

/** Once for each new message, not with every retry; what may be nothing but the start has no Event until it lasts. */
function tellFailure(resource: Resource<unknown>, failure: Failure, early: boolean, run: Run): void {
  const { reason, message } = failure;
  const isNews = logNews(resource, failure, run);
  const wasHeldBack = run.memory.releaseHeldBack(resource);
  if (!isNews && !wasHeldBack) return;
  if (early) run.memory.holdBack(resource);
  else recordEvent(resource, { type: 'Warning', reason, action: 'Reconcile', note: message }, run);
}

/** Logs what the status did not say yet; answers whether that is so. */
function logNews(resource: Resource<unknown>, { class: kind, reason, message }: Failure, run: Run): boolean {
  const isNews = readyOf(resource)?.message !== message;
  if (isNews) run.log.warn({ class: kind, reason, message }, 'resource is not ready');
  return isNews;
}

/** Of what somebody was told before that it had failed. */
function tellRecovery(resource: Resource<unknown>, run: Run): void {
  if (readyOf(resource)?.status !== 'False') return;
  recordEvent(
    resource,
    { type: 'Normal', reason: 'Ready', action: 'Reconcile', note: 'Everything matches the spec again' },
    run,
  );
}

function readyOf({ status }: Resource<unknown>): Condition | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready');
}

async function reportDeletion({ findings, blocked }: Plan, observed: Ended, run: Run): Promise<Outcome> {
  const { resource, done } = observed;
  if (blocked !== undefined) return await reportBlocked(blocked, findings, observed, run);
  if (done.some((step) => step.do === 'letGo' && step.finalizer)) run.memory.letGo(resource);
  return settled;
}

/** Beside the status an Event: GitOps tools show the latter only, while something is being deleted. */
async function reportBlocked({ cause, end }: Blocked, findings: Findings, observed: Ended, run: Run) {
  const { resource } = observed;
  const { failure } = findings;
  const now = run.clock.now();
  run.memory.noteStuck(resource, now);
  await writeStatus(resource, statusAfter(findings, observed, now), run);
  if (failure !== undefined && logNews(resource, failure, run)) {
    const { reason, message } = failure;
    recordEvent(resource, { type: 'Warning', reason, action: 'Delete', note: message }, run);
  }
  return cause.class === 'transient' ? toOutcome(cause) : checkAgain(earlier(end, now.add(run.driftInterval)));
}
