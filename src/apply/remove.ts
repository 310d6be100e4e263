import { childFinalizer } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { isHeld } from '../plan/children/owner.ts';
import type { Child } from '../plan/steps.ts';
import { Failure } from '../std/failure.ts';
import { childType, storeOf } from './children.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';
import { isCurrent } from './presence.ts';

/** Deletes children that nothing asks for; none where an edit that we have yet to see may ask for them again. */
export async function removeUnused(
  children: readonly Child[],
  resource: Resource<unknown>,
  applying: Applying,
): Promise<boolean> {
  if (!(await isCurrent(resource, applying))) return false;
  const removed: string[] = [];
  try {
    for (const child of children) {
      await remove(child, applying);
      removed.push(`${child.kind} ${child.metadata.name}`);
    }
  } finally {
    if (removed.length > 0) tellRemoved(removed, resource, applying);
  }
  return true;
}

/** One Event for all that a reconcile deleted. */
function tellRemoved(removed: readonly string[], resource: Resource<unknown>, applying: Applying): void {
  const note = `Deleted, since the spec no longer needs them: ${removed.toSorted().join(', ')}`;
  recordEvent(resource, { type: 'Normal', reason: 'Removed', action: 'Delete', note }, applying);
}

/** Only as it was seen: somebody may have made another use of it since. */
async function remove(child: Child, applying: Applying): Promise<void> {
  const released = isHeld(child) ? await release(child, applying) : child;
  if (released === undefined) return;
  beforeWrite(applying);
  const { namespace, name, uid, resourceVersion } = released.metadata;
  const seen = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  await applying.kube.delete(childType(child), { namespace, name }, seen, applying.signal);
  applying.log.info({ child: `${child.kind}/${name}` }, 'deleted unused child');
}

/** Takes our finalizer off: what is being deleted is gone by that, where nobody else holds it. Undefined: it is gone. */
export async function release(child: Child, applying: Applying): Promise<Child | undefined> {
  beforeWrite(applying);
  const { namespace, name, uid, resourceVersion, finalizers = [] } = child.metadata;
  const others = finalizers.filter((entry) => entry !== childFinalizer);
  const patch = { metadata: { uid, resourceVersion, finalizers: others } };
  const { kube, signal } = applying;
  const send = () => kube.mergePatch(childType(child), { namespace, name }, patch, { signal }) as Promise<Child>;
  try {
    const released = await storeOf(child, applying).write(child.metadata, send);
    applying.log.info({ child: `${child.kind}/${name}` }, 'released child');
    return released;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NotFound') return undefined;
    throw error;
  }
}
