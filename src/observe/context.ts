import type { ManagedNginx } from '../api/operator-config.ts';
import type { Issuing } from '../issuing/issue.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import type { AddressRules, Known } from '../plan/nginx/addresses.ts';
import type { UsableGateways } from '../ports/gateway.ts';
import type { Objects, Store } from '../ports/objects.ts';
import type { Probes } from '../ports/probe.ts';
import type { KeptSessions } from './kept-sessions.ts';
import type { ProbeBudget } from './probe-budget.ts';

/** What resources refer to, read whole. */
interface References<Kind> {
  /** Undefined: there is none. Throws a `Failure`, or the reason of the signal. */
  read(key: NamespacedName, signal: AbortSignal): Promise<Kind | undefined>;
}

/**
 * The observe room: facts, and no decision. It asks the API server's caches, the gateway, NGINX and the data plane, and
 * writes nothing. Everything outside is reached through this.
 */
export interface Observing extends Issuing {
  readonly log: Logger;
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
  /** Those of the kind, all that the operator sees, not only those of its shard; `claim` as `claimIndexOf` has it. */
  readonly resources: Store<KubeObject, 'claim'>;
  /** Those of both kinds; `host` as `hostIndexOf` has it, `reference` as `referencesOf`. */
  readonly hosts: { readonly [plural in 'gateways' | 'upstreams']: Store<KubeObject, 'host' | 'reference'> };
  /** Those of ours; `owner` as `childIndexOf` has it. */
  readonly secrets: Store<Secret, 'owner'>;
  readonly configMaps: Store<ConfigMap, 'owner'>;
  /** Secrets and ConfigMaps of others that resources refer to. */
  readonly references: { readonly secrets: References<Secret>; readonly configMaps: References<ConfigMap> };
  /** Whether a resource of either kind refers to the Secret or ConfigMap. */
  readonly isReferredTo: (object: KubeObject) => boolean;
  readonly gateways: UsableGateways;
  readonly managedNginx?: ManagedNginx | undefined;
  readonly kube: Pick<Objects, 'get'>;
  /** Where no node of an upstream may be. */
  readonly addresses: { readonly rules: AddressRules; readonly known: () => Promise<readonly Known[]> };
  /** uid of the namespace kube-system. */
  readonly cluster: Owner['cluster'];
  readonly probes: Probes;
  readonly keptSessions: Pick<KeptSessions, 'keep' | 'find'>;
  readonly budget: ProbeBudget;
}

/** Who a resource is to a gateway. */
export function ownerOf({ kind, namespace, name, uid }: ObjectKey & { readonly uid: string }, cluster: string): Owner {
  return { cluster, kind, namespace, name, uid };
}
