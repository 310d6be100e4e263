import { labels, managedByValue } from '../api/group.ts';
import { mtlsGateway, mtlsUpstream } from '../api/kinds.ts';
import type { OperatorConfig } from '../api/operator-config.ts';
import type { KubeClient } from '../kube/client.ts';
import { Informer } from '../kube/informer.ts';
import { ReferencedObjects } from '../kube/referenced.ts';
import { type ConfigMap, configMaps, type KubeObject, namespaces, type Secret, secrets } from '../model/kube-object.ts';
import type { Labels } from '../model/label-selector.ts';
import { referencesOf } from '../model/references.ts';
import { typeOf } from '../model/resource-type.ts';
import { childIndexOf } from '../plan/children/owner.ts';
import { claimIndexOf } from '../plan/gateway/claims.ts';
import { hostIndexOf } from '../plan/gateway/hosts.ts';
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
  /** Empty where the configuration asks for the labels of none. */
  readonly namespaces: Informer;
}

/** Of Secrets and ConfigMaps only ours are watched whole, by label: never every Secret of a namespace. */
export function createWatches(client: KubeClient, { config, random, log }: OperatorOptions): Watches {
  const watched = config.watchNamespaces.length === 0 ? undefined : config.watchNamespaces;
  const children = { labelSelector: `${labels.managedBy}=${managedByValue}`, indexes: { owner: childIndexOf } };
  const shared = { client, namespaces: watched, random, log };
  const indexes = { reference: referencesOf, claim: claimIndexOf, host: hostIndexOf };
  const resources = (kind: string): Resources => new Informer({ ...shared, type: typeOf(kind), indexes });
  return {
    gateways: resources(mtlsGateway.kind),
    upstreams: resources(mtlsUpstream.kind),
    secrets: new Informer({ ...shared, type: secrets, ...children }),
    configMaps: new Informer({ ...shared, type: configMaps, ...children }),
    otherSecrets: new ReferencedObjects({ ...shared, type: secrets }),
    otherConfigMaps: new ReferencedObjects({ ...shared, type: configMaps }),
    namespaces: new Informer({
      ...{ client, random, log, type: namespaces, metadataOnly: true },
      namespaces: selectsNamespaces(config) ? undefined : [],
    }),
  };
}

/** Whether the operator must be allowed to watch namespaces. */
function selectsNamespaces({ gateways }: OperatorConfig): boolean {
  return gateways.some(({ tenants = [] }) => tenants.some((tenant) => tenant.namespaceSelector !== undefined));
}

/** Undefined: there is no such namespace, as far as is known. */
export function labelsOf({ namespaces: known }: Pick<Watches, 'namespaces'>, name: string): Labels | undefined {
  const found = known.get({ namespace: '', name });
  return found === undefined ? undefined : (found.metadata.labels ?? {});
}

/** Resolves when every cache is filled, or when `signal` aborts. */
export async function untilSynced(watches: Watches, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([stopped, Promise.all(Object.values(watches).map(({ synced }) => synced))]);
}
