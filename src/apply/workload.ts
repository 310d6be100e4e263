import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { type KubeObject, type ResourceType, workloadKinds, workloadTypes } from '../model/kube-object.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';

/** Makes the objects, or changes of them what is ours: what others, as an autoscaler, added under other names stays. */
export async function runWorkload(objects: readonly KubeObject[], applying: Applying): Promise<void> {
  const { kube, signal, log } = applying;
  for (const object of objects) {
    beforeWrite(applying);
    await kube.apply(typeOf(object), object, { force: true, signal });
    log.info({ child: `${object.kind}/${object.metadata.name}` }, 'wrote child');
  }
}

/** Only as they were seen: somebody may have made another of that name since. */
export async function stopWorkload(
  objects: readonly KubeObject[],
  resource: Resource<unknown>,
  applying: Applying,
): Promise<void> {
  const { kube, signal } = applying;
  for (const object of objects) {
    beforeWrite(applying);
    const { uid, namespace, name } = object.metadata;
    await kube.delete(typeOf(object), { namespace, name }, { ...(uid && { uid }) }, signal);
  }
  const removed = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
  const note = `Deleted, since the spec no longer needs them: ${removed}`;
  recordEvent(resource, { type: 'Normal', reason: 'Removed', action: 'Delete', note }, applying);
}

function typeOf({ kind }: KubeObject): ResourceType {
  const known = workloadKinds.find((one) => one === kind);
  if (known === undefined) throw new Error(`no workload has a ${kind}`);
  return workloadTypes[known];
}
