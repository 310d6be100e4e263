import type { Metadata, Resource } from '../api/kinds.ts';
import type { Status } from '../api/status.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import type { Store } from '../ports/objects.ts';

/** The resource as the watch last saw it, its spec still as it was written; undefined when it is gone. */
export function findResource(key: NamespacedName, resources: Store<KubeObject>): Resource<unknown> | undefined {
  const object = resources.get(key);
  if (object === undefined) return undefined;
  return {
    kind: object.kind,
    // The API server sets all of these on a stored object.
    metadata: object.metadata as Metadata,
    spec: object['spec'],
    status: (object['status'] ?? {}) as Status,
  };
}
