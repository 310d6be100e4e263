import type { Resource } from '../api/kinds.ts';
import { ask } from '../apply/presence.ts';
import { release } from '../apply/remove.ts';
import type { KubeObject, ObjectKey } from '../model/kube-object.ts';
import { childrenOf } from '../observe/material.ts';
import { isHeld, ownerOfChild } from '../plan/children/owner.ts';
import type { Child } from '../plan/steps.ts';
import { transient } from '../std/failure.ts';
import type { Run } from './world.ts';

/**
 * Our finalizer keeps a Secret or ConfigMap with its content until the gateway is clean of its resource: with foreground
 * deletion the garbage collector would take it at once. Here we let go before the reconcile of who has the name now: of what is left of an earlier resource of that name, and of what somebody
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
