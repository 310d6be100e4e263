import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { objectsAt } from '../api/status.ts';
import { shorter } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import { isHeld, ownerOfChild } from './children/owner.ts';
import { hasFinalizer, isLeft, leaveStep, partOf } from './gateway/gateway.ts';
import { keepsObjects, namedGateway, usedGateways } from './gateway/used-gateways.ts';
import type { Deletion, Observed } from './observed.ts';
import type { Blocked, Plan } from './plan.ts';
import type { Abandoned, Step } from './steps.ts';

/**
 * A deleted resource: its objects at the gateway go first. Only then its Secrets and its ConfigMap are let go, for the
 * garbage collector to take them by their owner reference, and last the resource itself: without it nobody is left who
 * would let go of them. A gateway that does not answer delays this until the deadline, never for ever. Throws why the
 * resource itself cannot be let go.
 */
export function planDeletion(observed: Observed, deletion: Deletion, now: Temporal.Instant): Plan {
  const { resource, done, failed } = observed;
  const failure = failed.get(part);
  if (failure !== undefined) throw failure;
  if (deletion.isLetGo === true || done.some((step) => step.do === 'letGo')) return plan([], observed);
  const labels = hasFinalizer(resource) && !keepsObjects(resource) ? gatewaysOf(resource) : [];
  const open = labels.filter((label) => !isLeft(label, observed) && !failed.has(partOf(label)));
  if (open.length > 0)
    return plan(
      open.map((label) => leaveStep(label, resource)),
      observed,
    );
  const stuck = labels.flatMap((label) => stuckAt(label, observed) ?? []);
  const [first] = stuck;
  if (first === undefined) return plan([letGo(observed)], observed);
  const end = endOfWait(resource, deletion, now);
  if (isForced(resource) || Temporal.Instant.compare(now, end) >= 0)
    return plan([abandon(stuck, resource), letGo(observed)], observed);
  return plan([], observed, { cause: first.failure, end });
}

const part = 'deletion';

function gatewaysOf(resource: Resource<unknown>): readonly string[] {
  const used = usedGateways(resource);
  return used.length > 0 ? used : [namedGateway(resource)];
}

interface Stuck {
  /** As `gateway/group`. */
  readonly label: string;
  readonly failure: Failure;
}

function stuckAt(label: string, { failed }: Observed): Stuck | undefined {
  const failure = failed.get(partOf(label));
  return failure && { label, failure };
}

/** By uid, whatever became of their owner references. */
function letGo({ resource, material }: Observed): Step {
  const children = material.children.filter(
    (child) => ownerOfChild(child)?.uid === resource.metadata.uid && isHeld(child),
  );
  return { part, do: 'letGo', children, finalizer: hasFinalizer(resource) };
}

function abandon(stuck: readonly Stuck[], resource: Resource<unknown>): Step & Abandoned {
  return {
    ...{ part, do: 'abandon', forced: isForced(resource) },
    gateways: stuck.map(({ label }) => label),
    reasons: [...new Set(stuck.map(({ failure }) => failure.reason))],
    left: stuck.flatMap(({ label }) => leftAt(label, resource)),
  };
}

function isForced({ metadata }: Resource<unknown>): boolean {
  return metadata.annotations?.[annotations.forceDelete] !== undefined;
}

/** The status knows the objects of one gateway only, and none before it was written for the first time. */
function leftAt(label: string, { status: { gateway } }: Resource<unknown>): readonly string[] {
  const known = objectsAt(label, gateway);
  return known.length > 0 ? known.map(({ kind, id }) => `${kind}/${id}`) : [`all objects of this resource at ${label}`];
}

/** How long this process has to have tried itself, whatever the deadline: it may have passed while no operator ran. */
const ownTry = Temporal.Duration.from({ minutes: 2 });

function endOfWait({ metadata }: Resource<unknown>, { deadline, stuckSince }: Deletion, now: Temporal.Instant) {
  const asked = Temporal.Instant.from(metadata.deletionTimestamp ?? now.toString()).add(deadline);
  // Where the clock was set back, this process has tried since now.
  const isPast = stuckSince !== undefined && Temporal.Instant.compare(stuckSince, now) <= 0;
  const tried = (isPast ? stuckSince : now).add(shorter(deadline, ownTry));
  const later = Temporal.Instant.compare(asked, tried) >= 0 ? asked : tried;
  return later.round({ smallestUnit: 'second', roundingMode: 'ceil' });
}

function plan(steps: readonly Step[], { resource }: Observed, blocked?: Blocked): Plan {
  const { certificates = [] } = resource.status;
  const rest = { looks: [], steps, ends: [] };
  if (blocked === undefined) return { ...rest, findings: { parts: [], certificates } };
  const { cause, end } = blocked;
  const way = `deletion continues without the gateway at ${end}, or at once with the annotation ${annotations.forceDelete}`;
  const failure = new Failure('transient', 'DeletionBlocked', `${cause.message}; ${way}`);
  const parts = [{ type: 'GatewaySynced', status: 'False', reason: cause.reason, message: cause.message }] as const;
  return { ...rest, findings: { parts, failure, certificates }, blocked };
}
