import { apiVersion, finalizer } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { typeOf } from '../model/resource-type.ts';
import { firstGatewayMark } from '../plan/gateway/used-gateways.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';

/**
 * Holds the resource back from deletion, before the first object at a gateway is made. By server-side apply, since the
 * list is shared: it adds our entry only. The uid keeps a resource that was deleted meanwhile from being made anew.
 * The same write says at which gateway, as `gateway/group`: the status does so at the end, which a crash may prevent.
 */
export async function addFinalizer(resource: Resource<unknown>, gateway: string, applying: Applying): Promise<void> {
  beforeWrite(applying);
  const { kind, metadata } = resource;
  const { namespace, name, uid } = metadata;
  const entries = { finalizers: [finalizer], annotations: firstGatewayMark(resource, gateway) };
  const object: KubeObject = { apiVersion, kind, metadata: { namespace, name, uid, ...entries } };
  const options = { force: true, signal: applying.signal };
  await applying.resources.write(metadata, () => applying.kube.apply(typeOf(kind), object, options));
}

/**
 * By value, not by ownership: after a restore from a backup the entry belongs to whoever restored it. The version keeps
 * the entries of others that came meanwhile.
 */
export async function removeFinalizer({ kind, metadata }: Resource<unknown>, applying: Applying): Promise<void> {
  beforeWrite(applying);
  const { namespace, name, resourceVersion, finalizers = [] } = metadata;
  const others = finalizers.filter((entry) => entry !== finalizer);
  const patch = { metadata: { resourceVersion, finalizers: others } };
  const { signal } = applying;
  await applying.resources.write(metadata, () =>
    applying.kube.mergePatch(typeOf(kind), { namespace, name }, patch, { signal }),
  );
}
