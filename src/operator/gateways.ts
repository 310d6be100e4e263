import { leaseName, leaseType } from '../election/leases.ts';
import type { Regarding } from '../events/event.ts';
import type { EventRecorder } from '../events/recorder.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { hostsOf } from '../plan/claims.ts';
import { Reachability } from '../reconcilers/reachability.ts';
import { type KindController, usersOf, wakeUsers } from './controllers.ts';
import type { OperatorOptions } from './options.ts';

/** Watches the gateways of the configuration on behalf of the resources that name them. */
export function createReachability(
  gateways: Gateways,
  events: EventRecorder,
  controllers: readonly KindController[],
  options: OperatorOptions,
): Reachability {
  const { config, random, log } = options;
  const users = (gateway: string) => controllers.flatMap(({ resources }) => usersOf(gateway, resources));
  return new Reachability({
    ...{ gateways, random, log },
    configs: config.gateways,
    interval: config.livenessInterval,
    hostAt: (gateway) => users(gateway).flatMap(hostsOf)[0],
    wake: (gateway, protocols) => wakeUsers(controllers, gateway, protocols),
    tell: (gateway, told) => {
      const regarding = leaseOf(options) ?? regardingOf(users(gateway)[0]);
      if (regarding !== undefined) events.record({ ...told, regarding });
    },
  });
}

/** Events of what is no object of the cluster, as a gateway or a clock, are about the Lease, beside the pods of the operator. */
export function leaseOf({ config: { leaderElection }, shard }: OperatorOptions): Regarding | undefined {
  if (leaderElection === undefined) return undefined;
  const { namespace } = leaderElection;
  const name = leaseName(leaderElection.name, shard);
  const { group, version, kind } = leaseType;
  return { apiVersion: `${group}/${version}`, kind, namespace, name, uid: '' };
}

/** Without an election there is no Lease: one of those that use the gateway stands for all. */
export function regardingOf(resource: KubeObject | undefined): Regarding | undefined {
  if (resource === undefined) return undefined;
  const { apiVersion, kind, metadata } = resource;
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' };
}
