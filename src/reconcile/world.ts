import type { Applying } from '../apply/context.ts';
import type { TurnsByNamespace } from '../issuing/turns-by-namespace.ts';
import type { ObjectKey } from '../model/kube-object.ts';
import type { Observing } from '../observe/context.ts';
import type { Protocol } from '../plan/plan.ts';
import type { Outage } from '../plan/proof/outage.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { Random } from '../std/backoff.ts';
import type { ResourceMemory } from './memory.ts';
import type { Waits } from './waits.ts';

/** All that reconciles reach outside of themselves. */
export interface World extends Omit<Observing & Applying, 'log' | 'signal' | 'budget'> {
  readonly rsaKeys: Pick<TurnsByNamespace, 'run'>;
  /** What this process remembers of the resources of the kind. */
  readonly memory: ResourceMemory;
  readonly waits: Waits;
  /** Knows which gateways do not answer. */
  readonly reachability: {
    outageOf(gateway: string, protocol: Protocol): Outage | undefined;
    /** In which time an outage is told of at the latest. */
    readonly tellsWithin: Temporal.Duration;
  };
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
export interface Run extends World, Pick<Observing & Applying, 'log' | 'signal' | 'budget'> {
  /** Nothing else is under way. */
  readonly alone?: boolean;
}
