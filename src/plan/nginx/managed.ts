import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { ManagedNginx } from '../../api/operator-config.ts';
import { type KubeObject, workloadKinds } from '../../model/kube-object.ts';
import { isCovered } from '../../std/covered.ts';
import { type Failure, permanent, transient } from '../../std/failure.ts';
import { serverPlace } from '../certificates/requests.ts';
import { foreign } from '../children/child.ts';
import { isControlledBy } from '../children/secret.ts';
import type { Needed } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import { type Workload, workloadName, workloadOf } from './workload.ts';

const part = 'nginx';

/**
 * The NGINX that the operator runs for the resource: what is to be looked at or done for it, or how it is on its way;
 * undefined where it runs as it shall, or is not asked for. Throws what a person must mend.
 */
export function planManaged(resource: Resource<MtlsUpstreamSpec>, observed: Observed): Needed | Failure | undefined {
  const { deployment } = resource.spec.nginx;
  if (deployment === undefined) return undefined;
  const images = imagesOf(deployment.image, observed.managedNginx);
  const name = requireName(resource);
  const failure = observed.failed.get(managedPart);
  if (failure !== undefined) throw failure;
  const { workload } = observed;
  if (workload === undefined) return { looks: [{ part: managedPart, at: 'workload', name }] };
  const { secretName } = serverPlace(resource.metadata, resource.spec.serverCertificate);
  const desired = workloadOf(resource, deployment, images, secretName);
  const objects = workloadKinds.flatMap((kind) => differing(desired[kind], workload[kind], resource));
  // What the API server changes of it, it changes again.
  const isDone = observed.done.some((step) => step.do === 'run');
  if (objects.length > 0 && !isDone) return { steps: [{ part: managedPart, do: 'run', objects }] };
  return rollingOut(workload.Deployment);
}

const managedPart = `${part}/deployment`;

function differing(desired: KubeObject, seen: KubeObject | undefined, resource: Resource<unknown>) {
  if (seen !== undefined && !isControlledBy(seen, resource)) throw foreign(seen, resource);
  return seen !== undefined && isCovered(desired, seen) ? [] : [desired];
}

/** The image is code that runs in the namespace: the administrator says which. */
function imagesOf(asked: string | undefined, managed: ManagedNginx | undefined) {
  if (managed === undefined) {
    const message =
      'spec.nginx.deployment: the administrator does not let the operator run NGINX (managedNginx in its configuration); remove it and run NGINX yourself';
    throw permanent('NginxDeploymentNotAllowed', message);
  }
  const { image, allowedImages, agentImage: agent } = managed;
  const isAllowed = (pattern: string) =>
    pattern.endsWith('*') ? asked?.startsWith(pattern.slice(0, -1)) : pattern === asked;
  if (asked === undefined || [image, ...allowedImages].some(isAllowed)) return { agent, nginx: asked ?? image };
  const message =
    'spec.nginx.deployment.image: the administrator does not allow this image (managedNginx.allowedImages)';
  throw permanent('NginxImageNotAllowed', message);
}

function requireName(resource: Resource<unknown>): string {
  const name = workloadName(resource);
  if (name !== undefined) return name;
  const message =
    'metadata.name: must begin with a letter, hold no dot and have at most 57 characters with spec.nginx.deployment, since a Service is named after it';
  throw permanent('InvalidSpec', message);
}

interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly replicas?: number;
}

/** What `kubectl rollout status` waits for. */
function rollingOut(deployment: KubeObject | undefined): Failure | undefined {
  const status = (deployment?.['status'] ?? {}) as DeploymentStatus;
  const wanted = (deployment?.['spec'] as { readonly replicas?: number } | undefined)?.replicas ?? 0;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  const isSeen = observedGeneration >= (deployment?.metadata.generation ?? 0);
  if (isSeen && updatedReplicas >= wanted && availableReplicas >= wanted && replicas <= updatedReplicas)
    return undefined;
  const name = deployment?.metadata.name ?? '';
  const message = `The Deployment ${name} is rolling out: ${updatedReplicas} of ${wanted} pods are of its present version, ${availableReplicas} are available`;
  return transient('NginxRollingOut', message);
}

/**
 * Has removed the NGINX that the operator ran and the spec no longer asks for. Last of all, and only when nothing has
 * failed and nothing is on its way: the gateway was seen to do without it.
 */
export function planUnusedWorkload(resource: Resource<MtlsUpstreamSpec>, { draft, observed }: Course): void {
  const name = workloadName(resource);
  if (observed.managedNginx === undefined || resource.spec.nginx.deployment !== undefined || name === undefined) return;
  const failure = observed.failed.get(managedPart);
  if (failure !== undefined) throw failure;
  if (draft.failure !== undefined || draft.pending !== undefined) return;
  if (observed.done.some((step) => step.do === 'stop')) return;
  const { workload } = observed;
  if (workload === undefined) draft.need({ looks: [{ part: managedPart, at: 'workload', name }] });
  const objects = workload === undefined ? [] : ours(workload, resource);
  if (objects.length > 0) draft.need({ steps: [{ part: managedPart, do: 'stop', objects }] });
}

function ours(workload: Partial<Workload>, resource: Resource<unknown>): readonly KubeObject[] {
  return workloadKinds
    .flatMap((kind) => workload[kind] ?? [])
    .filter((object) => object.metadata.deletionTimestamp === undefined && isControlledBy(object, resource));
}
