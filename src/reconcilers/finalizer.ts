import { apiVersion, finalizer } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { typeOf } from './resource-type.ts';
import type { Run } from './world.ts';

export function hasFinalizer({ metadata }: Resource<unknown>): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** Holds the resource back from deletion, before the first object at a gateway is made. */
export async function addFinalizer(resource: Resource<unknown>, run: Run): Promise<void> {
  if (!hasFinalizer(resource)) await applyFinalizers(resource, [finalizer], run);
}

export async function removeFinalizer(resource: Resource<unknown>, run: Run): Promise<void> {
  if (hasFinalizer(resource)) await applyFinalizers(resource, [], run);
}

/**
 * Server-side apply, since the list is shared with others: it owns our entry only. The uid keeps a resource that was
 * deleted meanwhile from being made anew.
 */
async function applyFinalizers({ kind, metadata }: Resource<unknown>, finalizers: readonly string[], run: Run) {
  const { namespace, name, uid } = metadata;
  const object: KubeObject = { apiVersion, kind, metadata: { namespace, name, uid, finalizers } };
  run.resources.record(await run.kube.apply(typeOf(kind), object, { force: true }));
}
