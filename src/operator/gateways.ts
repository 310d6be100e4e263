import { leaseName, leaseType } from '../election/leases.ts';
import type { Told } from '../events/about.ts';
import type { Regarding } from '../events/event.ts';
import type { EventRecorder } from '../events/recorder.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { IsOurs } from '../gateway/shared-gateway.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubeObject } from '../model/kube-object.ts';
import type { MarkedOwner } from '../model/ownership.ts';
import { typeOf } from '../model/resource-type.ts';
import { hostsOf } from '../plan/gateway/claims.ts';
import { probes } from '../probe/probes.ts';
import { OrphanWatch } from '../watch/orphan-watch.ts';
import { Reachability } from '../watch/reachability.ts';
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
  const users = usersIn(controllers);
  return new Reachability({
    ...{ gateways, random, log },
    probes,
    configs: config.gateways,
    interval: config.livenessInterval,
    hostAt: (gateway) => users(gateway).flatMap(hostsOf)[0],
    wake: (gateway, protocols) => wakeUsers(controllers, gateway, protocols),
    tell: tellOf(events, controllers, options),
  });
}

/** Looks for what has no owner any more; what is not ours to look after, as of another shard, is not. */
export function createOrphanWatch(
  { kube, gateways, isOurs }: { readonly kube: KubeClient; readonly gateways: Gateways; readonly isOurs: IsOurs },
  events: EventRecorder,
  controllers: readonly KindController[],
  options: OperatorOptions,
): OrphanWatch {
  const { config, random, log } = options;
  const { watchNamespaces: watched } = config;
  const of = ({ kind }: MarkedOwner) => controllers.find((controller) => controller.kind === kind);
  const tell = tellOf(events, controllers, options);
  return new OrphanWatch({
    ...{ random, log, interval: config.driftInterval, policy: config.orphans },
    gateways: () => gateways.opened,
    isMissed: (owner) =>
      isOurs(owner) &&
      (watched.length === 0 || watched.includes(owner.namespace)) &&
      of(owner) !== undefined &&
      of(owner)?.resources.get(owner) === undefined,
    isGone: async ({ kind, ...key }, signal) => (await kube.get(typeOf(kind), key, signal)) === undefined,
    wake: (owner) => of(owner)?.controller.enqueue(owner),
    tell: (label, told) => tell(label.slice(0, label.indexOf('/')), told),
  });
}

function usersIn(controllers: readonly KindController[]): (gateway: string) => readonly KubeObject[] {
  return (gateway) => controllers.flatMap(({ resources }) => usersOf(gateway, resources));
}

/** Tells it of a gateway, by its name. */
function tellOf(events: EventRecorder, controllers: readonly KindController[], options: OperatorOptions) {
  return (gateway: string, told: Told): void => {
    const regarding = leaseOf(options) ?? regardingOf(usersIn(controllers)(gateway)[0]);
    if (regarding !== undefined) events.record({ ...told, regarding });
  };
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
