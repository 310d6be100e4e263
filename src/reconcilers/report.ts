import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../api/kinds.ts';
import type { Condition, Status } from '../api/status.ts';
import { checkAgain, type Outcome } from '../controller/outcome.ts';
import { newestClaim } from '../plan/claim-times.ts';
import { isEarly } from '../plan/early.ts';
import { nextStatus } from '../plan/status.ts';
import type { Failure } from '../std/failure.ts';
import { findRivals } from './claims.ts';
import { isLeftToWatch } from './doubt.ts';
import { awaitsNginx, isOutage, outcomeOf } from './next-look.ts';
import type { Progress } from './progress.ts';
import { typeOf } from './resource-type.ts';
import { beforeStatusWrite } from './standing.ts';
import { tell } from './tell.ts';
import type { Wait } from './waits.ts';
import type { Run } from './world.ts';

/** One status write if it differs, and when to look again; see `isLeftToWatch` for what waits. */
export async function report(resource: Resource<unknown>, progress: Progress, run: Run): Promise<Outcome> {
  const now = run.clock.now();
  if (isLeftToWatch(resource, progress, run)) return checkAgain(now.add(run.reachability.tellsWithin));
  tellWritten(resource, progress, run);
  const rivalTimes = () => findRivals(resource, run).flatMap(newestClaim);
  const status = nextStatus(resource, progress.findings(), now, rivalTimes);
  await writeStatus(asAnnounced(resource, progress), status, run);
  tellWhatCameOfIt(resource, progress, now, run);
  return outcomeOf(progress, now, run, noteWait(resource, progress, run));
}

/** Undefined: it waits for no NGINX. */
function noteWait({ metadata }: Resource<unknown>, progress: Progress, { waits, clock }: Run): Wait | undefined {
  if (awaitsNginx(progress)) return waits.note(metadata, clock.now(), progress.written.length > 0);
  waits.end(metadata);
  return undefined;
}

/** The resource as the server has it: what was written meanwhile must be taken back where it is not to stay. */
export function asAnnounced(resource: Resource<unknown>, { announced }: Progress): Resource<unknown> {
  return announced === undefined ? resource : { ...resource, status: { ...resource.status, gateway: announced } };
}

/** One Event for all that a run issued. */
function tellWritten(resource: Resource<unknown>, { written }: Progress, run: Run): void {
  if (written.length === 0) return;
  tell(resource, { type: 'Normal', reason: 'Issued', action: 'Issue', note: `Wrote ${written.join(', ')}` }, run);
}

/** Of an outage, and of its end, everybody is told once, by `Reachability`. */
function tellWhatCameOfIt(resource: Resource<unknown>, progress: Progress, now: Temporal.Instant, run: Run): void {
  const { failure, pending, certificates } = progress;
  const inOutage = isOutage(failure, run);
  const wasInOutage = run.looks.noteOutage(resource, inOutage);
  if (inOutage) return;
  if (failure !== undefined) {
    tellFailure(resource, failure, isEarly(failure, resource, certificates, now), run);
    return;
  }
  run.looks.releaseHeldBack(resource);
  if (pending === undefined && !wasInOutage) tellRecovery(resource, run);
}

/** Once for each new message, not with every retry; what may be nothing but the start has no Event until it lasts. */
function tellFailure(resource: Resource<unknown>, failure: Failure, early: boolean, run: Run): void {
  const { reason, message } = failure;
  const isNews = logNews(resource, failure, run);
  const wasHeldBack = run.looks.releaseHeldBack(resource);
  if (!isNews && !wasHeldBack) return;
  if (early) run.looks.holdBack(resource);
  else tell(resource, { type: 'Warning', reason, action: 'Reconcile', note: message }, run);
}

/** Logs what the status did not say yet; answers whether that is so. */
export function logNews(resource: Resource<unknown>, { class: kind, reason, message }: Failure, run: Run): boolean {
  const isNews = readyOf(resource)?.message !== message;
  if (isNews) run.log.warn({ class: kind, reason, message }, 'resource is not ready');
  return isNews;
}

/** Of what somebody was told before that it had failed. */
function tellRecovery(resource: Resource<unknown>, run: Run): void {
  if (readyOf(resource)?.status !== 'False') return;
  tell(
    resource,
    { type: 'Normal', reason: 'Ready', action: 'Reconcile', note: 'Everything matches the spec again' },
    run,
  );
}

function readyOf({ status }: Resource<unknown>): Condition | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready');
}

export async function writeStatus(resource: Resource<unknown>, status: Status, run: Run): Promise<void> {
  if (isDeepStrictEqual(resource.status, status)) return;
  beforeStatusWrite(run);
  const { kind, metadata } = resource;
  // Of this very resource: another may have come up under its name, and the server refuses what names the former.
  const patch = { metadata: { uid: metadata.uid }, status: mergePatchOf(resource.status, status) };
  const options = { subresource: 'status', signal: run.signal } as const;
  await run.resources.write(metadata, () => run.kube.mergePatch(typeOf(kind), metadata, patch, options));
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
