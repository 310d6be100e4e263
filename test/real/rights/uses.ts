import type { Grant } from './grants.ts';

/** Why the operator is granted something. */
export interface Use extends Grant {
  /** What it does with it, as the end of a sentence that begins with the right. */
  readonly to: string;
}

/** Where the operator works: the namespaces that it watches one by one, or none for all of them. */
export interface Scope {
  readonly watched: readonly string[] | 'all';
  readonly release: string;
  /** Whether a tenant is known by the labels of its namespaces. */
  readonly byLabel: boolean;
}

type Wanted = Pick<Grant, 'group' | 'names'> & {
  readonly resources: readonly string[];
  /** By verb: what for. */
  readonly to: Readonly<Record<string, string>>;
};

/** In each namespace that it watches. */
const ofItsWork: readonly Wanted[] = [
  {
    group: 'mtls-operator.dev',
    resources: ['mtlsgateways', 'mtlsupstreams'],
    to: {
      get: 'see that one is still there before it issues for it',
      list: 'begin with all there are',
      watch: 'hear of changes',
      patch: 'put its finalizer on and take it off',
    },
  },
  {
    group: 'mtls-operator.dev',
    resources: ['mtlsgateways/status', 'mtlsupstreams/status'],
    to: { patch: 'tell the conditions' },
  },
  {
    group: '',
    resources: ['secrets', 'configmaps'],
    to: {
      get: 'see whose one is whose name is taken',
      list: 'begin with all that are its own, and with the names of the others',
      watch: 'hear of changes and deletions',
      create: 'make it',
      patch: 'renew and repair it',
      delete: 'remove what a spec no longer asks for',
    },
  },
  {
    group: 'apps',
    resources: ['deployments'],
    to: workload('run the pods of NGINX'),
  },
  { group: '', resources: ['services'], to: workload('give NGINX an address') },
  {
    group: 'policy',
    resources: ['poddisruptionbudgets'],
    to: workload('keep one NGINX while nodes are drained'),
  },
  {
    group: 'events.k8s.io',
    resources: ['events'],
    to: { create: 'tell what it did', patch: 'count what happened again' },
  },
];

function workload(purpose: string): Wanted['to'] {
  return {
    get: 'compare it with what it shall be',
    create: purpose,
    patch: 'follow an edit of the spec',
    delete: 'remove it when nobody asks for it any more',
  };
}

const byTheAdmissionPlugin = {
  group: 'mtls-operator.dev',
  resources: ['mtlsgateways/finalizers', 'mtlsupstreams/finalizers'],
  to: { update: 'name one as an owner that blocks its own deletion' },
};

const atItsPlace: readonly Wanted[] = [
  {
    group: 'coordination.k8s.io',
    resources: ['leases'],
    to: { create: 'be the first that leads' },
  },
  {
    group: 'coordination.k8s.io',
    resources: ['leases'],
    names: ['mtls-operator'],
    to: { get: 'see who leads', patch: 'lead, stay the leader, and let the next one in' },
  },
  {
    group: 'events.k8s.io',
    resources: ['events'],
    to: { create: 'tell that a gateway does not answer', patch: 'count that it does not again' },
  },
];

const ofTheCluster: readonly Wanted[] = [
  { group: '', resources: ['namespaces'], names: ['kube-system'], to: { get: 'tell clusters at one gateway apart' } },
];

const ofTheApiServers: readonly Wanted[] = [
  {
    group: 'discovery.k8s.io',
    resources: ['endpointslices'],
    names: ['kubernetes'],
    to: { get: 'keep tenants from having it connect to API servers' },
  },
];

const ofTenants: readonly Wanted[] = [
  {
    group: '',
    resources: ['namespaces'],
    to: { list: 'know the labels of all namespaces', watch: 'hear of a namespace that changes its tenant' },
  },
];

/** Every right that a request takes, with what it is for. */
export function usesOf(scope: Scope): readonly Use[] {
  return [
    ...whereItWatches(ofItsWork, scope),
    ...atItsPlace.flatMap((wanted) => toUses(wanted, scope.release)),
    ...ofTheCluster.flatMap((wanted) => toUses(wanted)),
    ...ofTheApiServers.flatMap((wanted) => toUses(wanted, 'default')),
    ...(scope.byLabel ? ofTenants.flatMap((wanted) => toUses(wanted)) : []),
  ];
}

/** Those that no request takes: an admission plugin asks whether the writer of something else has them. */
export function unaskedUsesOf(scope: Scope): readonly Use[] {
  return whereItWatches([byTheAdmissionPlugin], scope);
}

function whereItWatches(wanted: readonly Wanted[], { watched }: Scope): readonly Use[] {
  const places = watched === 'all' ? [undefined] : watched;
  return places.flatMap((place) => wanted.flatMap((one) => toUses(one, place)));
}

function toUses({ group, resources, names, to }: Wanted, namespace?: string): readonly Use[] {
  const where = { ...(names && { names }), ...(namespace !== undefined && { namespace }) };
  return resources.flatMap((resource) =>
    Object.entries(to).map(([verb, purpose]) => ({ verb, group, resource, ...where, to: purpose })),
  );
}
