import type { Gateways } from '../gateway/gateways.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ReferencedObjects } from '../kube/referenced.ts';
import type { Store } from '../kube/store.ts';
import type { Logger } from '../log.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret } from '../model/kube-object.ts';
import type { AddressRules, Known } from '../plan/addresses.ts';
import type { Outage } from '../plan/outage.ts';
import type { StandingProof } from '../plan/standing-proof.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { Random } from '../std/backoff.ts';
import type { Clock } from '../std/clock.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { DriftWatch } from './drift-watch.ts';
import type { Looks } from './looks.ts';
import type { NameWatch } from './name-watch.ts';
import type { ProbeBudget } from './probe-budget.ts';
import type { Reachability } from './reachability.ts';
import type { Teller } from './tell.ts';
import type { TurnsByNamespace } from './turns-by-namespace.ts';
import type { Waits } from './waits.ts';

/**
 * The reconcilers: gather -> decide -> apply -> report for each kind. They hold no rule of their own; rules live in
 * `plan`, `pki` and `nginx`, and everything outside is reached through this value.
 */
export interface World extends Teller {
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly kube: KubeClient;
  /** See `makeKey`. */
  readonly rsaKeys: Pick<TurnsByNamespace, 'run'>;
  /** Those of the kind, all that the operator sees, not only those of its shard; `claim` as `claimIndexOf` has it. */
  readonly resources: Store<KubeObject, 'claim'>;
  /** Those of both kinds; `host` as `hostIndexOf` has it. */
  readonly hosts: { readonly [plural in 'gateways' | 'upstreams']: Pick<Store<KubeObject, 'host'>, 'byIndex'> };
  readonly looks: Looks;
  readonly waits: Waits;
  /** Those of ours; `owner` as `childIndexOf` has it. */
  readonly secrets: Store<Secret, 'owner'>;
  readonly configMaps: Store<ConfigMap, 'owner'>;
  /** Secrets and ConfigMaps of others that resources refer to. */
  readonly references: {
    readonly secrets: Pick<ReferencedObjects<Secret>, 'read'>;
    readonly configMaps: Pick<ReferencedObjects<ConfigMap>, 'read'>;
  };
  /** Whether a resource of either kind refers to the Secret or ConfigMap. */
  readonly isReferredTo: (object: KubeObject) => boolean;
  readonly gateways: Gateways;
  /** Where no node of an upstream may be. */
  readonly addresses: { readonly rules: AddressRules; readonly known: () => Promise<readonly Known[]> };
  /** uid of the namespace kube-system. */
  readonly cluster: Owner['cluster'];
  /** Finds what others changed at gateways, and wakes the resource. */
  readonly drift: DriftWatch;
  /** Finds what others let go at gateways, and wakes who waits for it. */
  readonly names: Pick<NameWatch, 'await'>;
  /** Knows which gateways do not answer. */
  readonly reachability: Pick<Reachability, 'outageOf' | 'tellsWithin'>;
  /** Knows whether the clock can be trusted. */
  readonly clockWatch: Pick<ClockWatch, 'find'>;
  /** Resources on which an operator died. */
  readonly quarantine: Pick<Quarantine, 'standingOf' | 'begin' | 'suspect' | 'acquit'>;
  /** Has such a one reconciled last, and alone. */
  readonly isolate: (key: ObjectKey) => void;
  /** How often somebody's mending is looked for that sends no event. */
  readonly driftInterval: Temporal.Duration;
  /** How long a settled resource is left before its proof is made again. */
  readonly proofInterval: Temporal.Duration;
  readonly random: Random;
  /** How long a deletion waits for a gateway that does not answer. */
  readonly deletionDeadline: Temporal.Duration;
}

/** The world during one reconcile. */
export interface Run extends World {
  readonly log: Logger;
  /** Aborts when the time is up; ends what is under way, writes too. */
  readonly signal: AbortSignal;
  /** Nothing else is under way. */
  readonly alone?: boolean;
  readonly probes: ProbeBudget;
  /** While it stands nothing is probed, and nothing is written, see `beforeWrite`. */
  readonly proof?: StandingProof;
  /** Left out while the gateway answers. */
  readonly outage?: Outage;
}
