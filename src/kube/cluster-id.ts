import type { ResourceType } from '../model/kube-object.ts';
import { transient } from '../std/failure.ts';
import type { KubeClient } from './client.ts';

const namespaces: ResourceType = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };

/** What tells this cluster from all others, for as long as it lives: the uid of the namespace kube-system. */
export async function clusterId(kube: Pick<KubeClient, 'get'>, signal: AbortSignal): Promise<string> {
  const system = await kube.get(namespaces, { namespace: '', name: 'kube-system' }, signal);
  if (system?.metadata.uid === undefined) {
    throw transient('ClusterNotReady', 'The API server has no namespace kube-system yet');
  }
  return system.metadata.uid;
}
