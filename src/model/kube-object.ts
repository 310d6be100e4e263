/**
 * The model: neutral nouns between the rooms. It knows no gateway vendor and no client library. Values only, all
 * read-only: what one room hands to another is never changed by the receiver.
 */

/** Which resource a reconcile is about. */
export interface ObjectKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One collection of the API server. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** An object as the API server sent it: JSON, never re-typed, so that no unknown field is lost. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface Secret extends KubeObject {
  readonly type?: string;
  /** base64 by key. */
  readonly data?: Readonly<Record<string, string>>;
}

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export const secrets: ResourceType = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const configMaps: ResourceType = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const namespaces: ResourceType = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
const deployments: ResourceType = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
const services: ResourceType = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
const disruptionBudgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
};
/** Of what an NGINX is made that the operator runs, by kind. */
export const workloadTypes = {
  Deployment: deployments,
  Service: services,
  PodDisruptionBudget: disruptionBudgets,
} as const satisfies Readonly<Record<string, ResourceType>>;

export type WorkloadKind = keyof typeof workloadTypes;

export const workloadKinds = [
  'Deployment',
  'Service',
  'PodDisruptionBudget',
] as const satisfies readonly WorkloadKind[];
