import type { ConditionType } from '../api/conditions.ts';
import type { Resource } from '../api/kinds.ts';
import { type Outcome, settled } from '../controller/outcome.ts';
import type { Subject } from '../quarantine/suspects.ts';
import { permanent } from '../std/failure.ts';
import { Progress } from './progress.ts';
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
  const progress = new Progress(parts, run.clock.now());
  await progress.walk(() => Promise.reject(permanent(quarantined, message)));
  return await report(resource, progress, run);
}
