import type { ConditionType } from '../api/conditions.ts';
import type { Resource } from '../api/kinds.ts';
import { type Outcome, settled } from '../controller/outcome.ts';
import { ownerOf } from '../observe/context.ts';
import { neighboursOf } from '../observe/neighbours.ts';
import { notReached } from '../plan/draft.ts';
import type { Subject } from '../quarantine/suspects.ts';
import { permanent } from '../std/failure.ts';
import { report } from './report.ts';
import type { Run } from './world.ts';

/**
 * A resource on which an operator died is worked on last and alone. Where the process dies on it once more, it is left
 * alone and told of: whatever it is, it then harms nobody else. Its deletion goes on as ever.
 */
export async function guarded(
  resource: Resource<unknown>,
  parts: readonly ConditionType[],
  work: () => Promise<Outcome>,
  run: Run,
): Promise<Outcome> {
  const { quarantine, alone = false } = run;
  const subject = subjectOf(resource);
  const isDeleted = resource.metadata.deletionTimestamp !== undefined;
  // By another process, which may be gone with all that it remembered.
  if (isTold(resource) && !isDeleted) quarantine.suspect(subject);
  const standing = quarantine.standingOf(subject, isDeleted);
  if (standing === 'convicted') return await tellQuarantined(resource, parts, run);
  if (standing === 'suspected' && !alone) {
    run.isolate({ kind: resource.kind, ...resource.metadata });
    return settled;
  }
  const end = quarantine.begin(subject, alone);
  try {
    return await work();
  } finally {
    end();
    if (alone || isDeleted) quarantine.acquit(subject);
  }
}

function isTold({ status }: Resource<unknown>): boolean {
  return status.conditions?.some(({ type, reason }) => type === 'Ready' && reason === quarantined) ?? false;
}

function subjectOf({ kind, metadata: { namespace, name, uid, generation } }: Resource<unknown>): Subject {
  return { kind, namespace, name, uid, generation };
}

const quarantined = 'Quarantined';

async function tellQuarantined(
  resource: Resource<unknown>,
  parts: readonly ConditionType[],
  run: Run,
): Promise<Outcome> {
  const message =
    'The operator crashed twice while it reconciled this resource, the second time while it reconciled no other; the resource is not reconciled until its spec is edited or the operator gets a new pod';
  const failure = permanent(quarantined, message);
  const findings = { parts: parts.map((type) => ({ type, ...notReached })), certificates: [], failure };
  // Nothing more is looked at: its spec may be what ends processes.
  const observed = {
    ...{ resource, done: [], startedAt: run.clock.now(), neighbours: neighboursOf(resource, run) },
    owner: ownerOf({ kind: resource.kind, ...resource.metadata }, run.cluster),
  };
  return await report({ looks: [], steps: [], findings, ends: [] }, observed, run);
}
