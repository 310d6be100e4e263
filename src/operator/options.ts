import type { OperatorConfig } from '../api/operator-config.ts';
import type { ReconcileFacts } from '../controller/controller.ts';
import type { QueueFacts } from '../controller/queue.ts';
import type { Shard } from '../election/shard.ts';
import type { EventFacts } from '../events/recorder.ts';
import type { AdminCall } from '../gateway/admin-client.ts';
import type { RequestFacts } from '../kube/api-server.ts';
import type { KubeConfigSource } from '../kube/credentials.ts';
import type { Timeouts } from '../kube/transport.ts';
import type { Logger } from '../log.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { Random } from '../std/backoff.ts';
import type { Clock } from '../std/clock.ts';
import type { OperatorView } from './view.ts';

/** Told of what happens while it happens, for counting. Each must be quick and must not throw. */
export interface OperatorHooks {
  readonly onKubeRequest?: (facts: RequestFacts) => void;
  readonly onAdminCall?: (call: AdminCall) => void;
  readonly onReconcile?: (facts: ReconcileFacts, controller: string) => void;
  readonly onQueue?: (facts: QueueFacts, controller: string) => void;
  readonly onEvent?: (facts: EventFacts) => void;
  /** Called once, before anything is known: for probes and metrics, which look at it whenever they are asked. */
  readonly onView?: (view: OperatorView) => void;
}

/** What an operator is made of. */
export interface OperatorOptions extends OperatorHooks {
  readonly config: OperatorConfig;
  readonly source: KubeConfigSource;
  /** What is left out is as `defaultTimeouts` says. */
  readonly kubeTimeouts?: Partial<Timeouts>;
  readonly clock: Clock;
  readonly random: Random;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
  /** How far the clock may be from that of the API server; left out, as `clockTolerance` says. */
  readonly clockTolerance?: Temporal.Duration;
  /** Left out: resources on which this process dies are not remembered. */
  readonly quarantine?: Quarantine;
  /** Of this process and no other, ever: what stands in a Lease and in Events. */
  readonly identity?: string;
  /** Of the machine or pod that the operator runs in. */
  readonly ownAddresses?: readonly string[];
  /** Left out: all resources are ours. */
  readonly shard?: Shard;
}
