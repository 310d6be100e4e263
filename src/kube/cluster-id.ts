import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { ResourceType } from '../model/kube-object.ts';
import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';
import { Failure, transient } from '../std/failure.ts';
import type { KubeClient } from './client.ts';

const namespaces: ResourceType = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };

/** As that of a watch: short enough that the end of an outage is soon noticed. */
const backoff: Backoff = {
  first: Temporal.Duration.from({ milliseconds: 200 }),
  cap: Temporal.Duration.from({ seconds: 10 }),
};

export interface ClusterIdOptions {
  readonly kube: Pick<KubeClient, 'get'>;
  readonly random: Random;
  readonly log: Logger;
}

/**
 * What tells this cluster from all others, for as long as it lives: the uid of the namespace kube-system. Outlasts an
 * API server that is away, since whoever ends instead comes back only after the pause that Kubernetes sets, of up to
 * five minutes. Throws a permanent `Failure`, and the signal's reason after an abort.
 */
export async function clusterId({ kube, random, log }: ClusterIdOptions, signal: AbortSignal): Promise<string> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await readClusterId(kube, signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.class === 'permanent') throw error;
      const { reason, message } = error;
      log[failures === 1 ? 'warn' : 'debug']({ reason, message, failures }, 'waiting for the API server');
    }
    const pause = backoffMilliseconds(backoff, failures, random);
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function readClusterId(kube: ClusterIdOptions['kube'], signal: AbortSignal): Promise<string> {
  const system = await kube.get(namespaces, { namespace: '', name: 'kube-system' }, signal);
  if (system?.metadata.uid === undefined) {
    throw transient('ClusterNotReady', 'The API server has no namespace kube-system yet');
  }
  return system.metadata.uid;
}
