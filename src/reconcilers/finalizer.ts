import { annotations, apiVersion, finalizer } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { typeOf } from './resource-type.ts';
import { beforeWrite } from './standing.ts';
import type { Run } from './world.ts';

export function hasFinalizer({ metadata }: Resource<unknown>): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/**
 * Holds the resource back from deletion, before the first object at a gateway is made. By server-side apply, since the
 * list is shared: it adds our entry only. The uid keeps a resource that was deleted meanwhile from being made anew.
 * The same write says at which gateway, as `gateway/group`: the status does so at the end, which a crash may prevent.
 */
export async function addFinalizer(resource: Resource<unknown>, gateway: string, run: Run): Promise<void> {
  if (hasFinalizer(resource)) return;
  beforeWrite(run);
  const { kind, metadata } = resource;
  const { namespace, name, uid } = metadata;
  const entries = { finalizers: [finalizer], annotations: { [annotations.firstGateway]: `${uid} ${gateway}` } };
  const object: KubeObject = { apiVersion, kind, metadata: { namespace, name, uid, ...entries } };
  const options = { force: true, signal: run.signal };
  await run.resources.write(metadata, () => run.kube.apply(typeOf(kind), object, options));
}

/** As `gateway/group`. What was written of another resource, and copied with its annotations, says nothing of this one. */
export function firstGateway({ metadata }: Resource<unknown>): string | undefined {
  const said = metadata.annotations?.[annotations.firstGateway];
  const mark = `${metadata.uid} `;
  return said?.startsWith(mark) ? said.slice(mark.length) : undefined;
}

/**
 * By value, not by ownership: after a restore from a backup the entry belongs to whoever restored it. The version keeps
 * the entries of others that came meanwhile.
 */
export async function removeFinalizer({ kind, metadata }: Resource<unknown>, run: Run): Promise<void> {
  beforeWrite(run);
  const { namespace, name, resourceVersion, finalizers = [] } = metadata;
  const others = finalizers.filter((entry) => entry !== finalizer);
  const patch = { metadata: { resourceVersion, finalizers: others } };
  const { signal } = run;
  await run.resources.write(metadata, () => run.kube.mergePatch(typeOf(kind), { namespace, name }, patch, { signal }));
}
