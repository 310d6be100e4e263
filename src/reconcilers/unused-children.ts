import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { bearsMark, isHeld } from '../plan/child-owner.ts';
import { isControlledBy } from '../plan/secret.ts';
import { type Child, childType } from './children.ts';
import { childrenOf, release } from './held-children.ts';
import { isCurrent } from './presence.ts';
import type { Progress } from './progress.ts';
import { beforeWrite } from './standing.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/** What both kinds say of them. */
export interface ChildKeeper {
  readonly unusedSecretPolicy: 'Delete' | 'Retain';
}

/** Names of the Secrets and ConfigMaps that the spec asks for. */
export interface Used {
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
}

/**
 * Deletes what we made for the spec as it was and it no longer asks for: the Secret of a client that was removed, or of
 * another name. Last of all, and only when nothing has failed and nothing is on its way: the gateway and NGINX were seen
 * to do without it. What a resource refers to stays, be it this one, and so does a copy that somebody made with all its marks.
 */
export async function removeUnused(
  resource: Resource<ChildKeeper>,
  used: Used,
  { failure, pending }: Progress,
  run: Run,
): Promise<void> {
  if (failure !== undefined || pending !== undefined || resource.spec.unusedSecretPolicy === 'Retain') return;
  const children = childrenOf({ kind: resource.kind, ...resource.metadata }, run);
  const unused = children.filter((child) => isUnused(child, resource, used) && !run.isReferredTo(child));
  // What an edit asks for again that we have yet to see stays as it is.
  if (unused.length === 0 || !(await isCurrent(resource, run))) return;
  const removed: string[] = [];
  try {
    for (const child of unused) {
      await remove(child, run);
      removed.push(`${child.kind} ${child.metadata.name}`);
    }
  } finally {
    if (removed.length > 0) tellRemoved(removed, resource, run);
  }
}

/** One Event for all that a run deleted. */
function tellRemoved(removed: readonly string[], resource: Resource<unknown>, run: Run): void {
  const note = `Deleted, since the spec no longer needs them: ${removed.toSorted().join(', ')}`;
  tell(resource, { type: 'Normal', reason: 'Removed', action: 'Delete', note }, run);
}

function isUnused(child: Child, resource: Resource<unknown>, { secrets, configMaps }: Used): boolean {
  const { name, deletionTimestamp, annotations: said } = child.metadata;
  const names = child.kind === 'Secret' ? secrets : configMaps;
  // What a person made and handed over goes with the resource, and not before.
  const isMadeByUs = bearsMark(child, resource) && said?.[annotations.adopt] === undefined;
  const isOurs = isControlledBy(child, resource) && isMadeByUs;
  return deletionTimestamp === undefined && !names.includes(name) && isOurs;
}

/** Only as it was seen: somebody may have made another use of it since. */
async function remove(child: Child, run: Run): Promise<void> {
  const released = isHeld(child) ? await release(child, run) : child;
  if (released === undefined) return;
  beforeWrite(run);
  const { namespace, name, uid, resourceVersion } = released.metadata;
  const seen = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  await run.kube.delete(childType(child), { namespace, name }, seen, run.signal);
  run.log.info({ child: `${child.kind}/${name}` }, 'deleted unused child');
}
