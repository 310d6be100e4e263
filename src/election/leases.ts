import type { KubeClient } from '../kube/client.ts';
import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import { Failure } from '../std/failure.ts';
import type { LeaseStore } from './hold.ts';
import type { LeaseRecord, StoredLease } from './record.ts';
import type { Shard } from './shard.ts';

export const leaseType: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/** That of the configuration; each shard has one of its own. */
export function leaseName(name: string, shard?: Shard): string {
  return shard === undefined ? name : `${name}-shard-${shard.index}-of-${shard.count}`;
}

/** One Lease at the API server, changed only by merge patches with the version as precondition. */
export function leasesOf(kube: Pick<KubeClient, 'get' | 'create' | 'mergePatch'>, key: NamespacedName): LeaseStore {
  return {
    read: async (signal) => {
      const found = await kube.get(leaseType, key, signal);
      return found && toStored(found);
    },
    create: async (record, signal) => {
      const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec: toSpec(record) };
      const created = await kube.create(leaseType, object, signal);
      return created.kind === 'created' ? toStored(created.object) : undefined;
    },
    write: async (record, version, signal) => {
      try {
        const patch = { metadata: { resourceVersion: version }, spec: toSpec(record) };
        return toStored(await kube.mergePatch(leaseType, key, patch, { signal }));
      } catch (error) {
        if (error instanceof Failure && (error.reason === 'Conflict' || error.reason === 'NotFound')) return undefined;
        throw error;
      }
    },
  };
}

function toSpec({ holder, durationSeconds, acquireTime, renewTime, transitions }: LeaseRecord) {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    acquireTime,
    renewTime,
    leaseTransitions: transitions,
  };
}

/** Every field of a Lease is optional; without a holder it is free. */
function toStored({ metadata, ...object }: KubeObject): StoredLease {
  const spec = (object['spec'] ?? {}) as Partial<ReturnType<typeof toSpec>>;
  const {
    holderIdentity = '',
    leaseDurationSeconds = 0,
    acquireTime = '',
    renewTime = '',
    leaseTransitions = 0,
  } = spec;
  const record = {
    holder: holderIdentity,
    durationSeconds: leaseDurationSeconds,
    acquireTime,
    renewTime,
    transitions: leaseTransitions,
  };
  return { record, version: metadata.resourceVersion ?? '' };
}
