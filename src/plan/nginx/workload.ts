import { annotations, labels, managedByValue } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { NginxDeployment } from '../../api/nginx/deployment.ts';
import type { KubeObject, WorkloadKind } from '../../model/kube-object.ts';
import { ownerMark } from '../children/owner.ts';
import { nginxConfigMapName, ownerReference } from '../children/secret.ts';
import { agentContainer, type Images, nginxContainer, type Pod, volumes } from './pod.ts';

/** An NGINX that the operator runs, as the API server has it or shall have it. */
export type Workload = Readonly<Record<WorkloadKind, KubeObject>>;

/** The name of all three. A Service has a name of DNS: undefined where that of the resource makes none. */
export function workloadName({ metadata: { name } }: Resource<unknown>): string | undefined {
  const own = `${name}-nginx`;
  return /^[a-z][a-z0-9-]{0,62}$/.test(own) ? own : undefined;
}

/** What the spec asks for; every value is in the form in which the API server keeps it, so that one can compare. */
export function workloadOf(
  resource: Resource<MtlsUpstreamSpec>,
  deployment: NginxDeployment,
  images: Images,
  secretName: string,
): Workload {
  const { listen, additionalListen = [] } = resource.spec.nginx;
  const ports = [listen, ...additionalListen];
  const pod = { ports, secretName, configMapName: nginxConfigMapName(resource), images, deployment };
  const selector = { 'app.kubernetes.io/name': 'nginx', 'app.kubernetes.io/instance': resource.metadata.name };
  return {
    Deployment: anObject(resource, 'apps/v1', 'Deployment', {
      replicas: deployment.replicas,
      selector: { matchLabels: selector },
      // A pod goes when another is ready in its place.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels: selector }, spec: podOf(pod, selector) },
    }),
    Service: anObject(resource, 'v1', 'Service', {
      selector,
      ports: ports.map((port) => ({ name: `https-${port}`, port, protocol: 'TCP', targetPort: port })),
    }),
    PodDisruptionBudget: anObject(resource, 'policy/v1', 'PodDisruptionBudget', {
      maxUnavailable: 1,
      selector: { matchLabels: selector },
    }),
  };
}

/** Pod Security Standards, restricted. Agent and NGINX are of one user: the agent signals NGINX and writes for it. */
function podOf(pod: Pod, selector: Readonly<Record<string, string>>) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    shareProcessNamespace: true,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector },
      },
    ],
    initContainers: [agentContainer(pod)],
    containers: [nginxContainer(pod)],
    volumes: volumes(pod),
  };
}

function anObject(resource: Resource<unknown>, apiVersion: string, kind: WorkloadKind, spec: object): KubeObject {
  const name = workloadName(resource) ?? '';
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: resource.metadata.namespace,
      labels: { [labels.managedBy]: managedByValue, [labels.role]: 'nginx' },
      annotations: { [annotations.owner]: ownerMark(resource, name) },
      ownerReferences: [ownerReference(resource)],
    },
    spec,
  };
}
