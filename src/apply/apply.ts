import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { type Observed, unread, unseen } from '../plan/observed.ts';
import type { Abandoned, Step, WriteStep } from '../plan/steps.ts';
import { Failure } from '../std/failure.ts';
import { writeChild } from './children.ts';
import type { Applying } from './context.ts';
import { addFinalizer, removeFinalizer } from './finalizer.ts';
import { changeGateway, denyAtGateway, leaveGateway } from './gateway.ts';
import { issueInto } from './issue.ts';
import { keepRoots } from './kept-roots.ts';
import { release, removeUnused } from './remove.ts';
import { prepareNextCa, rotate } from './rotate.ts';
import { announce } from './status.ts';
import { runWorkload, stopWorkload } from './workload.ts';

/**
 * Performs the steps one after another, and ends at the first that fails and is needed by what comes after it. Gives the
 * facts with what was done; what failed is told by its failure. Throws a `Conflict`, since somebody wrote first and the
 * next reconcile reads that, and whatever is no `Failure`.
 */
export async function apply<Spec>(
  steps: readonly Step[],
  observed: Observed<Spec>,
  applying: Applying,
): Promise<Observed<Spec>> {
  let known = observed;
  for (const step of steps) {
    try {
      known = await perform(step, known, applying);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === 'Conflict') throw error;
      known = afterFailure(step, error, known);
      if (step.standalone !== true) return known;
    }
  }
  return known;
}

async function perform<Spec>(step: Step, observed: Observed<Spec>, applying: Applying): Promise<Observed<Spec>> {
  const { resource, owner, issued } = observed;
  const after = { ...observed, done: [...observed.done, step] };
  switch (step.do) {
    case 'issue':
      return { ...after, issued: new Map([...issued, [step.request.name, await issueInto(step, resource, applying)]]) };
    case 'prepare':
      await prepareNextCa(step, resource, applying);
      return unseen(after);
    case 'rotate':
      await rotate(step, resource, applying);
      return unseen(after);
    case 'keepRoots':
      await keepRoots(step, resource, applying);
      return unseen(after);
    case 'write':
      await writeChild(step.seen, step.desired, resource, applying);
      if (step.updates !== undefined) logUpdate(step, step.updates, applying);
      return after;
    case 'hold':
      await addFinalizer(resource, step.gateway, applying);
      return after;
    case 'announce':
      await announce(step.status, resource, applying);
      return after;
    case 'change':
      await changeGateway(step, observed, applying);
      // The reading that all share follows what we write.
      return { ...after, reading: unread(observed), dataPlane: undefined };
    case 'deny':
      await denyAtGateway(step, observed, applying);
      return { ...after, denyList: undefined, dataPlane: undefined };
    case 'leave':
      await leaveGateway(step, owner, applying);
      return after;
    case 'removeUnused':
      await removeUnused(step.children, resource, applying);
      return after;
    case 'run':
      await runWorkload(step.objects, applying);
      return { ...after, workload: undefined };
    case 'stop':
      await stopWorkload(step.objects, resource, applying);
      return { ...after, workload: undefined };
    case 'abandon':
      tellAbandoned(step, resource, applying);
      return after;
    case 'letGo':
      for (const child of step.children) await release(child, applying);
      if (step.finalizer) await removeFinalizer(resource, applying);
      return after;
  }
}

/**
 * What is refused by a gateway is decided upon once more: somebody may have taken a name since it was read, and the
 * reading after a refusal is a new one.
 */
function afterFailure<Spec>(step: Step, failure: Failure, observed: Observed<Spec>): Observed<Spec> {
  if (step.do === 'change' && failure.reason === 'GatewayRejected' && observed.wasRejected !== true)
    return { ...observed, wasRejected: true, reading: unread(observed) };
  return { ...observed, failed: new Map([...observed.failed, [step.part, failure]]) };
}

function logUpdate({ desired }: WriteStep, updates: NonNullable<WriteStep['updates']>, { log }: Applying): void {
  log.info({ ...updates, secretName: desired.metadata.name }, 'updated certificate Secret');
}

function tellAbandoned(
  { forced, gateways, reasons, left }: Abandoned,
  resource: Resource<unknown>,
  applying: Applying,
) {
  const [where, reason] = [gateways.join(', '), reasons.join(', ')];
  applying.log.error({ forced, gateways: where, left, reason }, 'abandoned objects at the gateway');
  const note = `Deleted although its objects at ${where} could not be removed (${reason}); remove by hand: ${left.join(', ')}`;
  recordEvent(resource, { type: 'Warning', reason: 'Abandoned', action: 'Delete', note }, applying);
}
