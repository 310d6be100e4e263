import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../log.ts';
import type { Random } from '../std/backoff.ts';
import { type Clock, monotonic } from '../std/clock.ts';
import { toMilliseconds } from '../std/duration.ts';
import { Elector } from './elector.ts';
import { leaseName, leasesOf } from './leases.ts';
import type { Shard } from './shard.ts';

/** What the administrator says of the election. */
interface ElectionConfig {
  readonly namespace: string;
  /** Of the Lease; a shard adds its number. */
  readonly name: string;
  readonly leaseDuration: Temporal.Duration;
  readonly renewDeadline: Temporal.Duration;
  readonly retryPeriod: Temporal.Duration;
}

export interface LeadershipOptions {
  readonly kube: Pick<KubeClient, 'get' | 'create' | 'mergePatch'>;
  readonly config: ElectionConfig;
  readonly shard: Shard | undefined;
  /** Of this process and no other, ever. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Whether this process may act. */
export interface Leadership {
  /** Asks for it, and resolves when it may, or when `signal` aborts. Until then others are only watched. */
  gained(signal: AbortSignal): Promise<void>;
  /** Whether this process may act now. */
  readonly leading: boolean;
  /** Whether the Lease was read or written lately enough to believe what is known of it. */
  readonly fresh: boolean;
  /** Rejects with a `Failure` once it may no longer; pending for ever else. */
  readonly lost: Promise<never>;
  /** To be called when nothing acts any more: lets the next one in at once. */
  release(): Promise<void>;
  /** Stops asking; what is held expires by itself. */
  abandon(): void;
}

/** Without an election there is nobody else: it may act from the start. */
export const alone: Leadership = {
  gained: async () => {},
  leading: true,
  fresh: true,
  lost: new Promise(() => {}),
  release: async () => {},
  abandon: () => {},
};

/** Watches the Lease from now on, and asks for it once somebody waits to have it. */
export function runForLeader({ kube, config, shard, identity, clock, random, log }: LeadershipOptions): Leadership {
  const key = { namespace: config.namespace, name: leaseName(config.name, shard) };
  const elector = new Elector({
    lease: `${key.namespace}/${key.name}`,
    leases: leasesOf(kube, key),
    candidate: {
      identity,
      leaseMilliseconds: toMilliseconds(config.leaseDuration),
      renewDeadlineMilliseconds: toMilliseconds(config.renewDeadline),
    },
    retryMilliseconds: toMilliseconds(config.retryPeriod),
    monotonic,
    clock,
    random,
    log,
  });
  const broken = elector.run();
  return {
    gained: (signal) => {
      elector.stand();
      return Promise.race([elector.led, aborted(signal), failure(broken)]);
    },
    get leading() {
      return elector.leading;
    },
    get fresh() {
      return elector.fresh;
    },
    lost: Promise.race([rejected(elector.lost), failure(broken)]),
    release: () => elector.release(),
    abandon: () => elector.abandon(),
  };
}

/** A defect of ours in the loop must end the process, not leave it without a leader's watch. */
async function failure(running: Promise<void>): Promise<never> {
  await running;
  return new Promise(() => {});
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
