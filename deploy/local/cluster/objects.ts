/** What all objects of the cluster share. */
import type { Kubectl } from '../parts/kubectl.ts';

/** Server-side, as a user does. */
export async function applyObjects(kubectl: Kubectl, objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], listOf(objects));
}

export const listOf = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** One that only lets restricted pods in. */
export function restrictedNamespace(name: string): object {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** Of pods and of containers that may run in such a namespace. */
export const restricted = {
  pod: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  },
  container: {
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  },
} as const;

interface Served {
  readonly name: string;
  /** Of its Service: no DNS runs on the node. */
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly pod: object;
}

/** A Deployment of one pod, and the Service before it. */
export function served({ name, address, ports, pod }: Served): readonly object[] {
  const labels = { app: name };
  const metadata = { name };
  const template = { metadata: { labels }, spec: { ...restricted.pod, ...pod } };
  const named = Object.entries(ports).map(([port, number]) => ({ name: port, port: number }));
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: address, selector: labels, ports: named } },
  ];
}
