import type { Resource } from '../api/kinds.ts';
import { mtlsGateway } from '../api/kinds.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { labelledOwner } from '../model/ownership.ts';
import { referenceTo } from '../model/references.ts';
import { isControlledBy } from '../plan/children/secret.ts';
import { type Claimant, claimIndexOf, gatewayRefOf } from '../plan/gateway/claims.ts';
import { type Host, meetingIndexOf } from '../plan/gateway/hosts.ts';
import type { Neighbours } from '../plan/observed.ts';
import { isMoving } from '../plan/rotation/rotation.ts';
import { broughtCaOf } from '../plan/rotation/sharers.ts';
import type { Observing } from './context.ts';
import { findResource } from './resource.ts';

type Seeing = Pick<Observing, 'resources' | 'hosts' | 'secrets' | 'gateways' | 'cluster' | 'isReferredTo'>;

/** Other resources, as the operator sees them now. Who may not use the gateway keeps nothing from anybody. */
export function neighboursOf(resource: Resource<unknown>, seeing: Seeing): Neighbours {
  const { gateways, resources, cluster, isReferredTo } = seeing;
  let rivals: readonly Claimant[] | undefined;
  return {
    rivals: () => {
      rivals ??= findRivals(resource, seeing);
      return rivals;
    },
    *around(claimant, host) {
      for (const other of nearby(seeing.hosts, claimant, host)) if (mayUse(other, seeing)) yield other;
    },
    areOthersRotating: (now) => findRotating(resource, now, seeing),
    policyOf: (claimant) => gateways.tenancyAt(gatewayRefOf(claimant)),
    isStanding: (holder) => {
      const owner = labelledOwner(holder);
      const other = owner?.cluster === cluster ? resources.get(owner) : undefined;
      return other === undefined || !mayUse(other, seeing);
    },
    mayAdopt: ({ kind, id, claims = [], body }) => {
      const { service_id: service } = body;
      const route = kind === 'routes' && typeof service === 'string' ? { service } : {};
      return gateways.mayAdopt(gatewayRefOf(resource), resource.metadata.namespace, { kind, id, claims, ...route });
    },
    mtlsGateway: (name) => findResource({ namespace: resource.metadata.namespace, name }, seeing.hosts.gateways),
    secretOf: (owner, name) => {
      const secret = seeing.secrets.get({ namespace: resource.metadata.namespace, name });
      return secret !== undefined && isControlledBy(secret, owner) ? secret : undefined;
    },
    allowers: () => findAllowers(resource, seeing),
    sharers: (caSecret) => findSharers(resource, caSecret, seeing.hosts),
    isReferredTo,
  };
}

function findRivals(resource: Resource<unknown>, seeing: Seeing): readonly Claimant[] {
  const found = new Set<KubeObject>();
  for (const key of claimIndexOf(resource))
    for (const rival of seeing.resources.byIndex('claim', key)) found.add(rival);
  return [...found].filter((rival) => rival.metadata.uid !== resource.metadata.uid && mayUse(rival, seeing));
}

function findAllowers(resource: Resource<unknown>, seeing: Seeing): readonly Resource<unknown>[] {
  const { upstreams } = seeing.hosts;
  return upstreams
    .byIndex('reference', referenceTo(resource))
    .filter((other) => areAtOneGateway(other, resource) && mayUse(other, seeing))
    .flatMap(({ metadata }) => findResource(metadata, upstreams) ?? []);
}

function findSharers(
  { metadata: { namespace, uid } }: Resource<unknown>,
  name: string,
  { gateways, upstreams }: Seeing['hosts'],
): readonly Resource<unknown>[] {
  const reference = referenceTo({ kind: 'Secret', metadata: { namespace, name } });
  const found = [gateways, upstreams].flatMap((store) =>
    store.byIndex('reference', reference).flatMap(({ metadata }) => findResource(metadata, store) ?? []),
  );
  return found.filter((other) => other.metadata.uid !== uid && broughtCaOf(other) === name);
}

/** One after another: CAs that come due together do not move together. One that only waits for its clients does not count. */
function findRotating(resource: Resource<unknown>, now: Temporal.Instant, { resources }: Seeing): boolean {
  return resources
    .list()
    .some(
      (other) =>
        other.metadata.uid !== resource.metadata.uid && isMoving(other, now) && areAtOneGateway(other, resource),
    );
}

function areAtOneGateway(one: KubeObject | Resource<unknown>, other: Resource<unknown>): boolean {
  const [here, there] = [gatewayRefOf(one), gatewayRefOf(other)];
  return here.name === there.name && here.group === there.group;
}

/** Those who could have a host that meets this one, and perhaps others. */
export function* nearby(hosts: Observing['hosts'], claimant: Claimant, host: Host): Generator<KubeObject> {
  const stores = claimant.kind === mtlsGateway.kind ? [hosts.gateways, hosts.upstreams] : [hosts.gateways];
  for (const key of meetingIndexOf(claimant, host)) {
    for (const store of stores) yield* store.byIndex('host', key);
  }
}

function mayUse(claimant: Claimant, { gateways }: Pick<Seeing, 'gateways'>): boolean {
  return gateways.mayUse(gatewayRefOf(claimant), claimant.metadata.namespace);
}
