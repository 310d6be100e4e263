import { ApiException, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { apiVersion, group, version } from '../../../src/api/group.ts';
import { kinds } from '../../../src/api/kinds.ts';
import type { Cluster } from '../../harness/cluster.ts';

export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** What the API server says of a resource: the spec that it would store, defaults filled in, or why it refuses. */
export type Verdict =
  | { readonly accepted: true; readonly spec: unknown }
  | { readonly accepted: false; readonly causes: readonly Cause[] };

export interface Draft {
  readonly kind: string;
  readonly name: string;
  readonly spec: unknown;
}

/** Creates a resource of ours in the namespace default by dry run: every check of the server, and nothing is kept. */
export async function createDryRun(cluster: Cluster, { kind, name, spec }: Draft): Promise<Verdict> {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const plural = kinds.find((each) => each.kind === kind)?.plural ?? kind;
  const body = { apiVersion, kind, metadata: { name }, spec };
  try {
    const request = { group, version, plural, namespace: 'default', body, dryRun: 'All' };
    const stored = await config.makeApiClient(CustomObjectsApi).createNamespacedCustomObject(request);
    return { accepted: true, spec: stored.spec };
  } catch (error) {
    if (!(error instanceof ApiException) || error.code !== 422) throw error;
    return { accepted: false, causes: JSON.parse(error.body).details.causes };
  }
}
