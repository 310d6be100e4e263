import type { AdoptedRef } from '../api/adoption.ts';
import type { Parsed, Resource } from '../api/kinds.ts';
import type { GatewayConfig, ManagedNginx } from '../api/operator-config.ts';
import type { DenyList } from '../model/denial.ts';
import type { GatewayTraits } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ConfigMap, KubeObject, Secret } from '../model/kube-object.ts';
import type { ObservedObject } from '../model/remote-object.ts';
import type { Failure } from '../std/failure.ts';
import type { HeldCertificate } from './certificates/held.ts';
import type { Named } from './gateway/adoption.ts';
import type { Claimant } from './gateway/claims.ts';
import type { Host } from './gateway/hosts.ts';
import type { Policy } from './gateway/tenants.ts';
import type { AddressRules, Known } from './nginx/addresses.ts';
import type { NginxLook } from './nginx/judge.ts';
import type { Workload } from './nginx/workload.ts';
import type { Outage } from './proof/outage.ts';
import type { StandingProof } from './proof/standing-proof.ts';
import type { Step } from './steps.ts';

/**
 * Facts about one resource, as far as somebody has looked. What a plan needs and does not find here it asks for; see
 * `Look`. The look-ups of `neighbours` read what the operator watches, and wait for nothing.
 */
export interface Observed<Spec = unknown> {
  /** As the watch had it when the reconcile began. */
  readonly resource: Resource<unknown>;
  readonly parsed: Parsed<Spec>;
  readonly startedAt: Temporal.Instant;
  readonly owner: Owner;
  readonly material: Material;
  readonly neighbours: Neighbours;
  /** The gateway that the spec names, or why it cannot be had. */
  readonly gateway: NamedGateway | Failure;
  readonly outage?: Outage | undefined;
  /** What was proven before, and stands as long as there is nothing to do. */
  readonly standing?: StandingProof | undefined;
  /** Set where the resource is being deleted. */
  readonly deletion?: Deletion | undefined;
  readonly reading?: Reading | undefined;
  /** What the gateway refuses of what is revoked. */
  readonly denyList?: DenyList | undefined;
  /** The gateway has refused what was sent, and all was decided upon once more. */
  readonly wasRejected?: boolean;
  /** Objects at the gateway that the annotation of the resource names, by `kind/id`. */
  readonly named?: ReadonlyMap<string, Named>;
  readonly addresses?: Addresses;
  /** What the administrator lets resources ask for; left out: no NGINX of the operator. */
  readonly managedNginx?: ManagedNginx | undefined;
  /** Of an NGINX that the operator runs, as far as it is there. */
  readonly workload?: Partial<Workload> | undefined;
  readonly nginx?: readonly NginxLook[] | undefined;
  /** Of the last look at the data plane: what was wrong, if anything. */
  readonly dataPlane?: DataPlaneLook | undefined;
  /** What this reconcile has issued, by the name of the certificate. */
  readonly issued: ReadonlyMap<string, HeldCertificate>;
  /** What this reconcile has done. */
  readonly done: readonly Step[];
  /** Why a look or a step failed, by its `part`: it is not tried again by this reconcile. */
  readonly failed: ReadonlyMap<string, Failure>;
}

/** What the last look at the data plane found. */
export interface DataPlaneLook {
  readonly wrong?: Failure;
  /** Whether a client needs a CA that is kept to verify the gateway; left out: that was not asked. */
  readonly needsKept?: boolean;
  /** The sessions that clients of a retired CA began before were refused; left out: there was none to ask with. */
  readonly areSessionsRefused?: true;
}

/** What is known of a deletion before anybody looks. */
export interface Deletion {
  /** How long it waits for a gateway that does not answer. */
  readonly deadline: Temporal.Duration;
  /** Since when this process fails to clear its gateways. */
  readonly stuckSince?: Temporal.Instant | undefined;
  /** We took our finalizer off this version: the watch has yet to say so, or that it is gone. */
  readonly isLetGo?: boolean | undefined;
}

/** What the API server holds for the resource. */
export interface Material {
  /** By name: whatever has the name of a Secret that the spec asks for, ours or not. */
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly configMaps: ReadonlyMap<string, ConfigMap>;
  /** All that is labelled as of this resource. */
  readonly children: readonly (Secret | ConfigMap)[];
  /** Secrets that the spec refers to, by name; undefined where there is none. */
  readonly references: ReadonlyMap<string, Secret | Failure | undefined>;
  readonly trust: TrustTexts | Failure;
  /** PKCS#12 files that were made, by the digest of their content. */
  readonly keystores: ReadonlyMap<string, Uint8Array>;
  /** Lists of revoked certificates that were signed, as PEM, by the digest of what they say. */
  readonly crls: ReadonlyMap<string, string>;
}

/** A Secret or ConfigMap, and the field of the spec that names it. */
export interface Reference {
  readonly field: string;
  readonly name: string;
}

export interface TrustText {
  readonly reference: Reference;
  readonly text: string;
}

export interface TrustTexts {
  readonly clientTrust: readonly TrustText[];
  readonly serverTrust: readonly TrustText[];
}

/** What the administrator's configuration says of a gateway group. */
export interface NamedGateway {
  /** `gateway/group`. */
  readonly label: string;
  /** What a person should know of the way to it, as ends of a sentence. */
  readonly caveats: readonly string[];
  readonly dataPlane: GatewayConfig['dataPlane'];
  /** How long an answer or a WebSocket lasts there at most; undefined: nobody knows. */
  readonly longestConnection?: GatewayConfig['longestConnection'];
}

/** A gateway group as it was last read. */
export interface Reading extends GatewayTraits {
  /** Left out where only its traits were asked for. */
  readonly inventory?: Inventory;
  /** The most recent that was asked for: it was read no longer ago than this when it was asked for. */
  readonly age?: Temporal.Duration | undefined;
}

/** Where the nodes of an upstream are. */
export interface Addresses {
  readonly rules: AddressRules;
  readonly known: readonly Known[];
  /** By host: all addresses, none where it has none. */
  readonly of: ReadonlyMap<string, readonly string[]>;
}

/** Other resources, and what the administrator says of them. */
export interface Neighbours {
  /** Those that claim the same and may use the gateway. */
  readonly rivals: () => readonly Claimant[];
  /** Those with a host that could meet this one and that may use the gateway. */
  readonly around: (claimant: Claimant, host: Host) => Iterable<Claimant>;
  readonly policyOf: (claimant: Claimant) => Policy;
  /** Whether the CA of another resource of the kind at the gateway group is being exchanged just now. */
  readonly areOthersRotating: (now: Temporal.Instant) => boolean;
  /** Whether the resource that has the object at the gateway does not give it up by itself. */
  readonly isStanding: (holder: ObservedObject) => boolean;
  /** Whether the administrator lets the resource take the object over. */
  readonly mayAdopt: (object: ObservedObject) => boolean;
  /** The MtlsGateway of that name in the namespace of the resource; undefined: there is none. */
  readonly mtlsGateway: (name: string) => Resource<unknown> | undefined;
  /** The Secret of ours of that name that belongs to the resource, which is in the same namespace. */
  readonly secretOf: (owner: Resource<unknown>, name: string) => Secret | undefined;
  /** MtlsUpstreams at the same gateway that allow clients of the resource. */
  readonly allowers: () => readonly Resource<unknown>[];
  /** Other resources that have their CA from the Secret of that name. */
  readonly sharers: (caSecret: string) => readonly Resource<unknown>[];
  /** Whether a resource of either kind refers to the Secret or ConfigMap. */
  readonly isReferredTo: (object: KubeObject) => boolean;
}

/** As `AdoptedRef`, for the map of those that were looked at. */
export function namedKey({ kind, id }: AdoptedRef): string {
  return `${kind}/${id}`;
}

/** After a CA came or went: what was issued and seen before says nothing of it. */
export function unseen<Spec>(observed: Observed<Spec>): Observed<Spec> {
  return { ...observed, issued: new Map(), nginx: undefined, dataPlane: undefined };
}

/** A reading that has to be made again: its traits, and how young it was, are still known. */
export function unread({ reading }: Pick<Observed, 'reading'>): Observed['reading'] {
  return reading && { dialect: reading.dialect, groupId: reading.groupId, age: reading.age };
}
