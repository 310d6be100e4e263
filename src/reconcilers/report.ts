import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../api/kinds.ts';
import type { Condition, Status } from '../api/status.ts';
import { checkAgain, type Outcome, toOutcome } from '../controller/outcome.ts';
import { nextStatus } from '../plan/status.ts';
import { jittered, sometimeWithin } from '../std/backoff.ts';
import { shorter } from '../std/duration.ts';
import type { Failure } from '../std/failure.ts';
import type { Progress } from './progress.ts';
import { typeOf } from './resource-type.ts';
import { beforeWrite } from './standing.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/** How often something is looked at that is on its way, such as an NGINX that has yet to load a new certificate. */
const pendingInterval = Temporal.Duration.from({ seconds: 5 });

/** How long at most a proof is good that an earlier process made. */
const takenOverFor = Temporal.Duration.from({ minutes: 10 });

/** One status write if it differs, and when to look again. */
export async function report(resource: Resource<unknown>, progress: Progress, run: Run): Promise<Outcome> {
  const now = run.clock.now();
  tellWritten(resource, progress, run);
  await writeStatus(resource, nextStatus(resource, progress.findings(), now), run);
  if (progress.failure !== undefined) tellFailure(resource, progress.failure, run);
  else if (progress.pending === undefined) tellRecovery(resource, run);
  return outcomeOf(progress, now.add(untilNextLook(progress, run)));
}

/** What is settled is proven again from time to time; the gateway's objects are not left to that, see DriftWatch. */
function untilNextLook({ failure, pending }: Progress, run: Run): Temporal.Duration {
  if (run.proof !== undefined) return sometimeWithin(shorter(takenOverFor, run.proofInterval), run.random);
  if (failure !== undefined) return run.driftInterval;
  return pending === undefined ? jittered(run.proofInterval, run.random) : pendingInterval;
}

/** One Event for all that a run issued. */
function tellWritten(resource: Resource<unknown>, { written }: Progress, run: Run): void {
  if (written.length === 0) return;
  tell(resource, { type: 'Normal', reason: 'Issued', action: 'Issue', note: `Wrote ${written.join(', ')}` }, run);
}

/** Once for each new message, not with every retry. */
function tellFailure(resource: Resource<unknown>, { class: kind, reason, message }: Failure, run: Run): void {
  if (readyOf(resource)?.message === message) return;
  run.log.warn({ class: kind, reason, message }, 'resource is not ready');
  tell(resource, { type: 'Warning', reason, action: 'Reconcile', note: message }, run);
}

/** Of what somebody was told before that it had failed. */
function tellRecovery(resource: Resource<unknown>, run: Run): void {
  if (readyOf(resource)?.status !== 'False') return;
  tell(resource, { type: 'Normal', reason: 'Ready', action: 'Reconcile', note: 'All is as the spec asks again' }, run);
}

function readyOf({ status }: Resource<unknown>): Condition | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready');
}

export async function writeStatus(resource: Resource<unknown>, status: Status, run: Run): Promise<void> {
  if (isDeepStrictEqual(resource.status, status)) return;
  beforeWrite(run);
  const { kind, metadata } = resource;
  const patch = { status: mergePatchOf(resource.status, status) };
  const subresource = 'status';
  await run.resources.write(metadata, () => run.kube.mergePatch(typeOf(kind), metadata, patch, { subresource }));
}

/** RFC 7396: objects are merged, so what is not to stay must be named with null, at every depth. */
function mergePatchOf(seen: Fields, next: Fields): Fields {
  const gone = Object.keys(seen).filter((key) => !(key in next));
  const kept = Object.entries(next).map(([key, value]) => {
    const before = seen[key];
    return [key, isFields(value) && isFields(before) ? mergePatchOf(before, value) : value];
  });
  return Object.fromEntries([...kept, ...gone.map((key) => [key, null])]);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function outcomeOf({ failure, certificates, ends, startedAt }: Progress, nextLook: Temporal.Instant): Outcome {
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
  // What a person mends elsewhere (a foreign Secret, the gateway's configuration, our own rights) sends no event.
  return failure.class === 'permanent' ? checkAgain(nextLook) : toOutcome(failure);
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}
