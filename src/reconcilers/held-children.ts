import { childFinalizer } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { KubeObject, ObjectKey } from '../model/kube-object.ts';
import { childrenKey, isHeld, ownerOfChild } from '../plan/child-owner.ts';
import { Failure, transient } from '../std/failure.ts';
import { type Child, childType, storeOf } from './children.ts';
import { ask } from './presence.ts';
import { beforeWrite } from './standing.ts';
import type { Run } from './world.ts';

/**
 * Our finalizer keeps a Secret or ConfigMap with its content until the gateway is clean of its resource: with foreground
 * deletion the garbage collector would take it at once. Here is who lets go, and when.
 */

/** Of everything that a deleted resource has, once its gateway is clean; by uid, whatever became of its owner references. */
export async function releaseChildren({ kind, metadata }: Resource<unknown>, run: Run): Promise<void> {
  const children = childrenOf({ kind, ...metadata }, run).filter((child) => ownerOfChild(child)?.uid === metadata.uid);
  for (const child of children.filter(isHeld)) await release(child, run);
}

/**
 * Before the reconcile of who has the name now: of what is left of an earlier resource of that name, and of what somebody
 * deletes while its resource lives, which is issued anew as soon as it is gone. A watch may be behind, so the API server
 * is asked first: what belongs to a resource that is being deleted must stay. Throws a transient `Conflict` where it says
 * otherwise, and where something that is issued anew is on its way out.
 */
export async function releaseNeedless(
  key: ObjectKey,
  resource: Resource<unknown> | undefined,
  run: Run,
): Promise<void> {
  const needless = childrenOf(key, run).filter((child) => isHeld(child) && isNeedless(child, resource));
  if (needless.length === 0) return;
  const current = await ask(key.kind, key, run);
  const where = `${key.kind} ${key.namespace}/${key.name}`;
  if (!isSame(current, resource)) throw transient('Conflict', `${where} differs from what the watch has seen so far`);
  for (const child of needless) await release(child, run);
  const issuedAnew = needless.some((child) => ownerOfChild(child)?.uid === resource?.metadata.uid);
  if (issuedAnew) throw transient('Conflict', `A deleted Secret or ConfigMap of ${where} is still being removed`);
}

function isNeedless(child: Child, resource: Resource<unknown> | undefined): boolean {
  if (resource === undefined || ownerOfChild(child)?.uid !== resource.metadata.uid) return true;
  return resource.metadata.deletionTimestamp === undefined && child.metadata.deletionTimestamp !== undefined;
}

function isSame(current: KubeObject | undefined, seen: Resource<unknown> | undefined): boolean {
  const [now, then] = [current?.metadata, seen?.metadata];
  return now?.uid === then?.uid && now?.deletionTimestamp === then?.deletionTimestamp;
}

/** Of every resource that had the name. */
export function childrenOf(key: ObjectKey, { secrets, configMaps }: Run): readonly Child[] {
  const index = childrenKey(key);
  return [...secrets.byIndex('owner', index), ...configMaps.byIndex('owner', index)];
}

/** Takes our finalizer off: what is being deleted is gone by that, where nobody else holds it. Undefined: it is gone. */
export async function release(child: Child, run: Run): Promise<Child | undefined> {
  beforeWrite(run);
  const { namespace, name, uid, resourceVersion, finalizers = [] } = child.metadata;
  const others = finalizers.filter((entry) => entry !== childFinalizer);
  const patch = { metadata: { uid, resourceVersion, finalizers: others } };
  const { kube, signal } = run;
  const send = () => kube.mergePatch(childType(child), { namespace, name }, patch, { signal }) as Promise<Child>;
  try {
    const released = await storeOf(child, run).write(child.metadata, send);
    run.log.info({ child: `${child.kind}/${name}` }, 'released child');
    return released;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NotFound') return undefined;
    throw error;
  }
}
