import { type Kind, type Metadata, parseSpec, type Resource } from '../api/kinds.ts';
import type { Status } from '../api/status.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import type { Store } from '../kube/store.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { permanent } from '../std/failure.ts';

/** The resource as the watch last saw it, its spec still as it was written; undefined when it is gone. */
export function gather(key: ReconcileKey, resources: Store<KubeObject>): Resource<unknown> | undefined {
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

/** The resource with its spec parsed; a permanent failure names each field that is wrong. */
export function requireSpec<Spec>(kind: Kind<Spec>, resource: Resource<unknown>): Resource<Spec> {
  const parsed = parseSpec(kind, resource.spec);
  if (parsed.ok) return { ...resource, spec: parsed.value };
  throw permanent('InvalidSpec', parsed.findings.map(({ message }) => message).join('; '));
}
