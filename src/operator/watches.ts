import { labels, managedByValue } from '../api/group.ts';
import { mtlsGateway, mtlsUpstream } from '../api/kinds.ts';
import type { KubeClient } from '../kube/client.ts';
import { Informer } from '../kube/informer.ts';
import { ReferencedObjects } from '../kube/referenced.ts';
import { type ConfigMap, configMaps, type KubeObject, type Secret, secrets } from '../model/kube-object.ts';
import { referencesOf } from '../model/references.ts';
import { childIndexOf } from '../plan/child-owner.ts';
import { claimIndexOf } from '../plan/claims.ts';
import { hostIndexOf } from '../plan/hosts.ts';
import { typeOf } from '../reconcilers/resource-type.ts';
import type { OperatorOptions } from './options.ts';

/** Resources of ours, found by what they refer to, by what they claim at a gateway and by the hosts they are about. */
export type Resources = Informer<KubeObject, 'reference' | 'claim' | 'host'>;

export interface Watches {
  readonly gateways: Resources;
  readonly upstreams: Resources;
  readonly secrets: Informer<Secret, 'owner'>;
  readonly configMaps: Informer<ConfigMap, 'owner'>;
  /** Those of others, for what resources refer to. */
  readonly otherSecrets: ReferencedObjects<Secret>;
  readonly otherConfigMaps: ReferencedObjects<ConfigMap>;
}

/** Of Secrets and ConfigMaps only ours are watched whole, by label: never every Secret of a namespace. */
export function createWatches(client: KubeClient, { config, random, log }: OperatorOptions): Watches {
  const namespaces = config.watchNamespaces.length === 0 ? undefined : config.watchNamespaces;
  const children = { labelSelector: `${labels.managedBy}=${managedByValue}`, indexes: { owner: childIndexOf } };
  const shared = { client, namespaces, random, log };
  const indexes = { reference: referencesOf, claim: claimIndexOf, host: hostIndexOf };
  const resources = (kind: string): Resources => new Informer({ ...shared, type: typeOf(kind), indexes });
  return {
    gateways: resources(mtlsGateway.kind),
    upstreams: resources(mtlsUpstream.kind),
    secrets: new Informer({ ...shared, type: secrets, ...children }),
    configMaps: new Informer({ ...shared, type: configMaps, ...children }),
    otherSecrets: new ReferencedObjects({ ...shared, type: secrets }),
    otherConfigMaps: new ReferencedObjects({ ...shared, type: configMaps }),
  };
}

/** Resolves when every cache is filled, or when `signal` aborts. */
export async function untilSynced(watches: Watches, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([stopped, Promise.all(Object.values(watches).map(({ synced }) => synced))]);
}
