import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { objectsAt } from '../api/status.ts';
import { checkAgain, type Outcome, settled, toOutcome } from '../controller/outcome.ts';
import { nextStatus } from '../plan/status.ts';
import { shorter } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { hasFinalizer, removeFinalizer } from './finalizer.ts';
import { clearGateways, keepsObjects, type Stuck } from './gateway-clear.ts';
import { releaseChildren } from './held-children.ts';
import { earlier } from './next-look.ts';
import { logNews, writeStatus } from './report.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/**
 * A deleted resource: its objects at the gateway go first. Only then its Secrets and its ConfigMap are let go, for the
 * garbage collector to take them by their owner reference, and last the resource itself. A gateway that does not answer
 * delays this until the deadline, never for ever.
 */
export async function retire(resource: Resource<unknown>, run: Run): Promise<Outcome> {
  if (!hasFinalizer(resource)) return await letGo(resource, run);
  const stuck = keepsObjects(resource) ? [] : await clearGateways(resource, run);
  const [first] = stuck;
  if (first === undefined || isForced(resource)) return await release(resource, stuck, run);
  const end = endOfWait(resource, run);
  if (Temporal.Instant.compare(run.clock.now(), end) >= 0) return await release(resource, stuck, run);
  const { failure } = first;
  await tellBlocked(resource, failure, end, run);
  const nextLook = run.clock.now().add(run.driftInterval);
  return failure.class === 'transient' ? toOutcome(failure) : checkAgain(earlier(end, nextLook));
}

async function release(resource: Resource<unknown>, stuck: readonly Stuck[], run: Run): Promise<Outcome> {
  if (stuck.length > 0) tellAbandoned(resource, stuck, run);
  return await letGo(resource, run);
}

/** Children first: without them nobody is left who would let go of them. */
async function letGo(resource: Resource<unknown>, run: Run): Promise<Outcome> {
  await releaseChildren(resource, run);
  if (!hasFinalizer(resource)) return settled;
  await removeFinalizer(resource, run);
  run.looks.forget(resource.metadata);
  return settled;
}

function isForced({ metadata }: Resource<unknown>): boolean {
  return metadata.annotations?.[annotations.forceDelete] !== undefined;
}

function tellAbandoned(resource: Resource<unknown>, stuck: readonly Stuck[], run: Run): void {
  const gateways = stuck.map(({ label }) => label).join(', ');
  const reasons = [...new Set(stuck.map(({ failure }) => failure.reason))].join(', ');
  const left = stuck.flatMap(({ label }) => leftAt(label, resource));
  const forced = isForced(resource);
  run.log.error({ forced, gateways, left, reason: reasons }, 'abandoned objects at the gateway');
  const note = `Deleted although its objects at ${gateways} could not be removed (${reasons}); remove by hand: ${left.join(', ')}`;
  tell(resource, { type: 'Warning', reason: 'Abandoned', action: 'Delete', note }, run);
}

/** The status knows the objects of one gateway only, and none before it was written for the first time. */
function leftAt(label: string, { status: { gateway } }: Resource<unknown>): readonly string[] {
  const known = objectsAt(label, gateway);
  return known.length > 0 ? known.map(({ kind, id }) => `${kind}/${id}`) : [`all objects of this resource at ${label}`];
}

/** How long this process has to have tried itself, whatever the deadline: it may have passed while no operator ran. */
const ownTry = Temporal.Duration.from({ minutes: 2 });

function endOfWait({ kind, metadata }: Resource<unknown>, { clock, looks, deletionDeadline }: Run): Temporal.Instant {
  const now = clock.now();
  const deadline = Temporal.Instant.from(metadata.deletionTimestamp ?? now.toString()).add(deletionDeadline);
  const tried = looks.stuckSince({ kind, metadata }, now).add(shorter(deletionDeadline, ownTry));
  return later(deadline, tried).round({ smallestUnit: 'second', roundingMode: 'ceil' });
}

function later(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return earlier(one, other) === one ? other : one;
}

/** Beside the status an Event: GitOps tools show the latter only, while something is being deleted. */
async function tellBlocked(
  resource: Resource<unknown>,
  cause: Failure,
  end: Temporal.Instant,
  run: Run,
): Promise<void> {
  const way = `deletion continues without the gateway at ${end}, or at once with the annotation ${annotations.forceDelete}`;
  const failure = new Failure('transient', 'DeletionBlocked', `${cause.message}; ${way}`);
  const parts = [{ type: 'GatewaySynced', status: 'False', reason: cause.reason, message: cause.message }] as const;
  const findings = { parts, failure, certificates: resource.status.certificates ?? [] };
  await writeStatus(resource, nextStatus(resource, findings, run.clock.now()), run);
  const { reason, message } = failure;
  if (logNews(resource, failure, run))
    tell(resource, { type: 'Warning', reason, action: 'Delete', note: message }, run);
}
