import type { ConditionType } from '../api/conditions.ts';
import type { Kind, Resource } from '../api/kinds.ts';
import type { GatewayConfig } from '../api/operator-config.ts';
import type { UnverifiedDenial } from '../model/denial.ts';
import type { DesiredObject } from '../model/remote-object.ts';
import type { Failure } from '../std/failure.ts';
import type { Steps } from '../std/steps.ts';
import type { CertificateRequests } from './certificates/request.ts';
import type { Draft } from './draft.ts';
import type { Taken } from './gateway/changes.ts';
import type { Observed } from './observed.ts';
import type { StandingProof } from './proof/standing-proof.ts';
import type { Findings } from './status/status.ts';
import type { Look, Step } from './steps.ts';

/**
 * The plan room: the reasoning, pure. From what was observed it says what to look at next, what to do, and, where nothing
 * is left to do, what is true of the resource. The same facts at the same time give the same plan. It performs nothing,
 * and holds no randomness.
 */
export interface Plan {
  /** What has to be known before more can be said; nothing is done before that. */
  readonly looks: readonly Look[];
  /** What is to be done now, in this order: what is new first, then what changes, and last what goes. */
  readonly steps: readonly Step[];
  /** What is to be said of the resource. It is whole where there are neither looks nor steps. */
  readonly findings: Findings;
  /** When something changes by the clock alone. */
  readonly ends: readonly Temporal.Instant[];
  /** The earlier proof on which it rests; undefined: it rests on what this reconcile has looked at. */
  readonly standing?: StandingProof | undefined;
  /** What others may change at the gateway, once there is nothing to do there. */
  readonly watch?: GatewayWatch | undefined;
  /** Where objects may be that go with the resource, as `gateway/group`; undefined: it was not come to them. */
  readonly gateways?: readonly string[] | undefined;
  /** It is being deleted, and waits for a gateway. */
  readonly blocked?: Blocked | undefined;
}

export type Protocol = keyof GatewayConfig['dataPlane'];

/** What a kind adds to the shape that all plans have. */
export interface KindPlan<Spec = unknown> {
  readonly kind: Kind<Spec>;
  /** Conditions of the kind, in the order in which they are worked on. */
  readonly parts: readonly ConditionType[];
  /** Those of them that rest on probes. */
  readonly proof: readonly ConditionType[];
  /** Which addresses of the data plane are probed. */
  readonly protocol: Protocol;
  readonly requests: (resource: Resource<Spec>) => CertificateRequests;
  /** Secrets and ConfigMaps by the names that the spec asks for. */
  readonly configMaps: (resource: Resource<Spec>) => readonly string[];
  /** Part after part; throws the `Failure` that ends it. */
  readonly follow: (resource: Resource<Spec>, course: Course) => Steps<void>;
}

/** What the parts of a plan share. */
export interface Course {
  readonly draft: Draft;
  readonly observed: Observed;
  readonly now: Temporal.Instant;
  watch?: GatewayWatch;
  /** What the gateway is to refuse of sessions that clients began without a certificate. */
  unverified?: readonly UnverifiedDenial[];
  gateways?: readonly string[];
}

/** What a resource has at its gateway, and what others may change there. */
interface GatewayWatch {
  readonly desired: readonly DesiredObject[];
  /** What others have: whoever waits for it is woken when they let go. */
  readonly taken: readonly Taken[];
}

/** A deletion that waits for a gateway. */
export interface Blocked {
  /** Why the gateway cannot be cleared. */
  readonly cause: Failure;
  /** When it goes on without. */
  readonly end: Temporal.Instant;
}
