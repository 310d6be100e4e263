import type { Resource } from '../api/kinds.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import { typeOf } from '../model/resource-type.ts';
import type { Applying } from './context.ts';

/** Asks the API server whether the resource is there, and no other under its name: a watch may be behind. */
export async function isThere({ kind, uid, ...key }: Omit<Owner, 'cluster'>, applying: Applying): Promise<boolean> {
  const current = await ask(kind, key, applying);
  return current?.metadata.uid === uid;
}

/** The same, where one that is being deleted does not count. */
export async function isStaying({ kind, uid, ...key }: Omit<Owner, 'cluster'>, applying: Applying): Promise<boolean> {
  const current = await ask(kind, key, applying);
  return current?.metadata.uid === uid && current.metadata.deletionTimestamp === undefined;
}

/** Whether the spec is still the one that was read: a watch may be behind. */
export async function isCurrent({ kind, metadata }: Resource<unknown>, applying: Applying): Promise<boolean> {
  const current = await ask(kind, metadata, applying);
  return current?.metadata.uid === metadata.uid && current.metadata.generation === metadata.generation;
}

/** The resource that has the name now, as the API server has it. */
export function ask(kind: string, key: NamespacedName, { kube, signal }: Applying): Promise<KubeObject | undefined> {
  return kube.get(typeOf(kind), key, signal);
}
