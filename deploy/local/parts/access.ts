import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { admissionManifests } from '../../../src/api/admission/policies.ts';
import type { Kubectl } from './kubectl.ts';

const operatorAccount = 'system:serviceaccount:mtls-operator-system:mtls-operator';

const root = join(import.meta.dirname, '../../..');

/** The CRDs and the shipped RBAC, so that the operator runs here with exactly the rights that it has in a cluster. */
export async function installOperatorApi(kubectl: Kubectl): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '-k', join(root, 'deploy/base/crds')]);
  await kubectl(['apply', '--server-side', '--force-conflicts', '-k', join(root, 'deploy/base/rbac')]);
  const kinds = ['crd/mtlsgateways.mtls-operator.dev', 'crd/mtlsupstreams.mtls-operator.dev'];
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...kinds]);
}

/** The shipped policies; beside the operator these may write Secrets with its marks. */
export async function installPolicies(
  kubectl: Kubectl,
  { users = [], groups = [] }: { readonly users?: readonly string[]; readonly groups?: readonly string[] } = {},
): Promise<void> {
  const writers = { users: JSON.stringify([operatorAccount, ...users]), groups: JSON.stringify(groups) };
  const manifests = admissionManifests('mtls-operator', writers);
  const list = { apiVersion: 'v1', kind: 'List', items: manifests };
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(list));
}

/** A kubeconfig with a token of the operator's service account instead of the administrator's credentials. */
export async function writeOperatorKubeconfig(kubectl: Kubectl, directory: string): Promise<string> {
  const token = await kubectl(['create', 'token', 'mtls-operator', '-n', 'mtls-operator-system', '--duration=24h']);
  const admin = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const operator = { ...admin, users: [{ name: admin.users[0].name, user: { token: token.trim() } }] };
  const file = join(directory, 'operator.kubeconfig');
  writeFileSync(file, JSON.stringify(operator, undefined, 2), { mode: 0o600 });
  return file;
}
