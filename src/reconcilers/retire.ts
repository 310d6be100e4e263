import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { checkAgain, type Outcome, settled, toOutcome } from '../controller/outcome.ts';
import { nextStatus } from '../plan/status.ts';
import { Failure } from '../std/failure.ts';
import { hasFinalizer, removeFinalizer } from './finalizer.ts';
import { clearGateways, keepsObjects } from './gateway-clear.ts';
import { writeStatus } from './report.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/**
 * A deleted resource: its objects at the gateway go first, then the finalizer, then the garbage collector takes its
 * Secrets by their owner reference. A gateway that does not answer delays this until the deadline, never for ever.
 */
export async function retire(resource: Resource<unknown>, run: Run): Promise<Outcome> {
  if (!hasFinalizer(resource)) return settled;
  const failure = keepsObjects(resource) ? undefined : await clear(resource, run);
  if (failure === undefined || mayAbandon(resource, run, failure)) {
    await removeFinalizer(resource, run);
    run.looks.forget(resource.metadata);
    return settled;
  }
  await writeStatus(resource, retiringStatus(resource, failure, run), run);
  return failure.class === 'transient' ? toOutcome(failure) : checkAgain(earliest(deadlineOf(resource, run), run));
}

async function clear(resource: Resource<unknown>, run: Run): Promise<Failure | undefined> {
  try {
    await clearGateways(resource, run);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function mayAbandon(resource: Resource<unknown>, run: Run, failure: Failure): boolean {
  const forced = resource.metadata.annotations?.[annotations.forceDelete] !== undefined;
  const late = Temporal.Instant.compare(run.clock.now(), deadlineOf(resource, run)) >= 0;
  if (!forced && !late) return false;
  const { group, previous, objects = [] } = resource.status.gateway ?? {};
  const left = objects.map(({ kind, id }) => `${kind}/${id}`);
  run.log.error({ forced, gateway: group, left, previous, reason: failure.reason }, 'abandoned objects at the gateway');
  const what = [...left, ...(previous ?? []).map((label) => `what is left at ${label}`)].join(', ');
  const note = `Deleted without its gateway ${group ?? ''} (${failure.reason}); remove by hand: ${what}`;
  tell(resource, { type: 'Warning', reason: 'Abandoned', action: 'Delete', note }, run);
  return true;
}

function deadlineOf({ metadata: { deletionTimestamp } }: Resource<unknown>, run: Run): Temporal.Instant {
  return Temporal.Instant.from(deletionTimestamp ?? run.clock.now().toString()).add(run.deletionDeadline);
}

function earliest(deadline: Temporal.Instant, run: Run): Temporal.Instant {
  const nextLook = run.clock.now().add(run.driftInterval);
  return Temporal.Instant.compare(deadline, nextLook) < 0 ? deadline : nextLook;
}

function retiringStatus(resource: Resource<unknown>, cause: Failure, run: Run) {
  const until = deadlineOf(resource, run).toString();
  const way = `deletion goes on without the gateway at ${until}, or at once with the annotation ${annotations.forceDelete}`;
  const failure = new Failure('transient', 'DeletionBlocked', `${cause.message}; ${way}`);
  const parts = [{ type: 'GatewaySynced', status: 'False', reason: cause.reason, message: cause.message }] as const;
  return nextStatus(resource, { parts, failure, certificates: resource.status.certificates ?? [] }, run.clock.now());
}
