import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../parts/kubectl.ts';
import { waitUntil } from '../processes/wait-until.ts';

export const namespace = 'argocd';
const within = Temporal.Duration.from({ minutes: 2 });
const account = 'argocd-application-controller';

/** What the manifests of Argo CD bring, without the pods: CRDs, its settings, and an account that may do anything. */
export async function installArgoCd(kubectl: Kubectl, crds: string): Promise<void> {
  await kubectl(['apply', '--server-side', '-k', crds]);
  const names = ['applications', 'applicationsets', 'appprojects'].map((name) => `crd/${name}.argoproj.io`);
  // kubectl fails on a CRD that has no status yet.
  const established = async () =>
    (await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names])) !== '';
  await waitUntil(established, { what: 'the API of Argo CD', within });
  const list = { apiVersion: 'v1', kind: 'List', items: [...settings(), ...access(), project] };
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
}

function settings(): readonly object[] {
  const config = (name: string, data: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(name), data },
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    // The part of its manifest that decides what wakes it.
    config('argocd-cm', { 'resource.customizations.ignoreResourceUpdates.all': 'jsonPointers:\n  - /status\n' }),
    config('argocd-rbac-cm'),
    config('argocd-cmd-params-cm'),
    {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: metadata('argocd-secret') },
      stringData: { 'server.secretkey': randomBytes(24).toString('base64') },
    },
  ];
}

function access(): readonly object[] {
  const subject = { kind: 'ServiceAccount', name: account, namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(account) },
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: account } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [subject],
    },
  ];
}

const project = {
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'default', namespace } },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

function metadata(name: string) {
  return { name, namespace, labels: { 'app.kubernetes.io/part-of': 'argocd' } };
}

/** With a token of Argo CD's own account in place of the administrator's; gives the file. */
export async function writeArgoKubeconfig(kubectl: Kubectl, directory: string): Promise<string> {
  const token = await kubectl(['create', 'token', account, '-n', namespace, '--duration=24h']);
  const admin = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const file = join(directory, 'argocd.kubeconfig');
  const users = [{ name: admin.users[0].name, user: { token: token.trim() } }];
  const contexts = [{ ...admin.contexts[0], context: { ...admin.contexts[0].context, namespace } }];
  writeFileSync(file, JSON.stringify({ ...admin, users, contexts }), { mode: 0o600 });
  return file;
}
