import { join } from 'node:path';
import type { Kubectl } from '../parts/kubectl.ts';

const base = join(import.meta.dirname, '../../base');
const crds = ['crd/mtlsgateways.mtls-operator.dev', 'crd/mtlsupstreams.mtls-operator.dev'];

/**
 * For a cluster of the user's own: looks at what is there before the demo comes, and gives back what removes the rest.
 * CRDs that were there stay: with them would go every resource of theirs. Policies are part of the rights.
 */
export async function leaveCluster(kubectl: Kubectl, namespace: string): Promise<() => Promise<void>> {
  const before = await kubectl(['get', ...crds, '--ignore-not-found', '-o', 'name']);
  const rbac = await kubectl(['get', 'clusterrole/mtls-operator', '--ignore-not-found', '-o', 'name']);
  const remove = (...what: string[]) =>
    kubectl(['delete', '--ignore-not-found', '--wait=true', '--timeout=60s', ...what]);
  return async () => {
    await remove('namespace', namespace);
    if (rbac.trim() === '') {
      await remove('-k', join(base, 'policies'));
      await remove('-k', join(base, 'rbac'));
    }
    if (before.trim() === '') await remove('-k', join(base, 'crds'));
  };
}
