import type { OperatorConfig } from '../api/operator-config.ts';
import { alone, type Leadership, runForLeader } from '../election/leadership.ts';
import { owns } from '../election/shard.ts';
import { EventRecorder } from '../events/recorder.ts';
import { Gateways } from '../gateway/gateways.ts';
import type { IsOurs } from '../gateway/shared-gateway.ts';
import { turnsForRsaKeys } from '../issuing/make-key.ts';
import { KubeClient } from '../kube/client.ts';
import { clusterId } from '../kube/cluster-id.ts';
import { ServerTime } from '../kube/server-time.ts';
import { KeptSessions } from '../observe/kept-sessions.ts';
import { addressRules } from '../plan/nginx/addresses.ts';
import { probes } from '../probe/probes.ts';
import { Quarantine } from '../quarantine/quarantine.ts';
import { after } from '../std/after.ts';
import { monotonic } from '../std/clock.ts';
import type { ClockWatch } from '../watch/clock-watch.ts';
import { DriftWatch, type DriftWatchOptions } from '../watch/drift-watch.ts';
import { NameWatch } from '../watch/name-watch.ts';
import type { OrphanWatch } from '../watch/orphan-watch.ts';
import type { Reachability } from '../watch/reachability.ts';
import { type Api, createClockWatch } from './clock.ts';
import { connect } from './connect.ts';
import { createControllers, type KindController, type SharedWorld, wake } from './controllers.ts';
import { createOrphanWatch, createReachability } from './gateways.ts';
import { Isolation } from './isolation.ts';
import { KnownAddresses } from './known-addresses.ts';
import type { OperatorOptions } from './options.ts';
import type { OperatorView } from './view.ts';
import { createWatches, labelsOf, untilSynced, type Watches } from './watches.ts';

/**
 * Watches, and reconciles while it leads, until `signal` aborts; resolves when the reconciles that were under way have
 * ended, which are cut off after the grace period. Throws a `LeaseLost` when somebody else leads: its calls to the API
 * server have then been ended.
 */
export async function runOperator(given: OperatorOptions, signal: AbortSignal): Promise<void> {
  const options = { ...given, identity: given.identity ?? randomIdentity(given) };
  const serverTime = new ServerTime();
  const kube = createKubeClient(options, serverTime);
  // Sixteen slow calls of reconciles fill a connection pool, and the Lease must be renewed all the same.
  const kubeForLease = createKubeClient(options, serverTime);
  // What was started must end too when the rest fails: a watch tries for ever.
  const failed = new AbortController();
  const leadership = createLeadership(kubeForLease, options);
  try {
    await Promise.race([
      work({ kube, serverTime }, leadership, options, AbortSignal.any([signal, failed.signal])),
      leadership.lost,
    ]);
    await leadership.release();
  } finally {
    failed.abort();
    leadership.abandon();
    await Promise.all([kube.close(), kubeForLease.close()]);
  }
}

function createKubeClient(
  { source, random, onKubeRequest, kubeTimeouts: timeouts }: OperatorOptions,
  serverTime: ServerTime,
): KubeClient {
  return new KubeClient({
    ...{ source, random, serverTime },
    ...(onKubeRequest && { onRequest: onKubeRequest }),
    ...(timeouts && { timeouts }),
  });
}

type Identified = OperatorOptions & { readonly identity: string };

function createLeadership(kube: KubeClient, options: Identified): Leadership {
  const { config, shard, identity, clock, random, log } = options;
  if (config.leaderElection === undefined) return alone;
  return runForLeader({ kube, config: config.leaderElection, shard, identity, clock, random, log });
}

function randomIdentity({ randomBytes }: OperatorOptions): string {
  return Buffer.from(randomBytes(8)).toString('hex');
}

async function work(api: Api, leadership: Leadership, options: Identified, signal: AbortSignal): Promise<void> {
  const { kube } = api;
  const { log, config, clock, identity, random, onEvent } = options;
  const watches = createWatches(kube, options);
  const controllers: KindController[] = [];
  const parts: Parts = { controllers };
  options.onView?.(createView(watches, parts, leadership, options, signal));
  const events = new EventRecorder({ kube, clock, identity, log, ...(onEvent && { onEvent }) });
  const wakeOwner: Wake = (owner) => controllers.some((controller) => wake(controller, owner));
  const drift = createDriftWatch(options, events, wakeOwner);
  const names = new NameWatch({ interval: config.driftInterval, random, wake: wakeOwner });
  const cluster = await clusterId({ kube, random, log }, signal);
  const isOurs = isOursIn(cluster, options);
  const gateways = createGateways(isOurs, watches, options);
  const reachability = createReachability(gateways, events, controllers, options);
  const clockWatch = createClockWatch(api, events, controllers, options);
  const isolation = new Isolation(controllers, log);
  const isolate: SharedWorld['isolate'] = (key) => isolation.add(key);
  const world = createWorld(
    { kube, cluster, gateways, drift, names, events, reachability, clockWatch, isolate },
    options,
  );
  controllers.push(...createControllers(watches, world, options));
  parts.reachability = reachability;
  parts.clockWatch = clockWatch;
  const orphans = createOrphanWatch({ kube, gateways, isOurs }, events, controllers, options);
  parts.orphans = orphans;
  connect(watches, controllers);
  const running = Object.values(watches).map((watch) => watch.run(signal));
  // A reconcile before the caches are whole would take what it does not see for missing.
  await untilSynced(watches, signal);
  log.debug('caches are synced');
  // Not before: who leads and cannot begin keeps those away who could.
  await leadership.gained(signal);
  if (!signal.aborted) tellStart(options);
  const cut = after(signal, config.gracePeriod);
  await Promise.all([
    ...running,
    drift.run(signal),
    names.run(signal),
    reachability.run(signal),
    clockWatch.run(signal),
    orphans.run(signal),
    isolation.run(signal),
    ...controllers.map(({ controller }) => controller.run(signal, cut)),
  ]);
  await events.drain();
  log.info('operator has stopped');
}

function tellStart({ log, config: { gateways } }: OperatorOptions): void {
  const named = (some: OperatorConfig['gateways']) => ({ gateways: some.map(({ name }) => name) });
  log.info(named(gateways), 'operator is running');
  const open = gateways.filter(
    ({ allowedNamespaces, tenants }) => allowedNamespaces === undefined && tenants === undefined,
  );
  if (open.length > 0) log.warn(named(open), 'open to all namespaces: neither allowedNamespaces nor tenants is given');
}

function isOursIn(cluster: string, { shard }: OperatorOptions): IsOurs {
  return (owner) => owner.cluster === cluster && (shard === undefined || owns(shard, owner));
}

function createGateways(isOurs: IsOurs, watches: Watches, options: OperatorOptions): Gateways {
  const { config, random, onAdminCall } = options;
  return new Gateways(config.gateways, {
    ...{ random, readingAge: config.driftInterval, isOurs },
    labelsOf: (namespace) => labelsOf(watches, namespace),
    ...(onAdminCall && { onCall: onAdminCall }),
  });
}

interface Outside
  extends Pick<
    SharedWorld,
    'cluster' | 'gateways' | 'drift' | 'names' | 'events' | 'reachability' | 'clockWatch' | 'isolate'
  > {
  readonly kube: KubeClient;
}

function createWorld(outside: Outside, options: OperatorOptions): SharedWorld {
  const { config, clock, random, randomBytes, log, quarantine = Quarantine.withoutMemory(log) } = options;
  const { driftInterval, proofInterval, deletionDeadline } = config;
  const times = { driftInterval, proofInterval, deletionDeadline };
  const addresses = createAddresses(outside.kube, options);
  return {
    ...outside,
    ...times,
    managedNginx: config.managedNginx,
    addresses,
    probes,
    keptSessions: new KeptSessions(clock),
    clock,
    random,
    randomBytes,
    quarantine,
    rsaKeys: turnsForRsaKeys(),
  };
}

function createAddresses(kube: KubeClient, { config, ownAddresses, log }: OperatorOptions): SharedWorld['addresses'] {
  const { metricsAddress, healthAddress, upstreamAddresses } = config;
  const ports = [metricsAddress, healthAddress].flatMap((at) => at?.port ?? []);
  const own = { addresses: ownAddresses ?? [], ports };
  const known = new KnownAddresses({ kube, own, log, monotonic });
  return { rules: addressRules(upstreamAddresses), known: () => known.list() };
}

type Wake = DriftWatchOptions['wake'];

function createDriftWatch(
  { config, clock, random, log }: OperatorOptions,
  events: EventRecorder,
  wakeOwner: Wake,
): DriftWatch {
  return new DriftWatch({ interval: config.driftInterval, clock, random, log, events, wake: wakeOwner });
}

/** What is there only once the operator has begun. */
interface Parts {
  readonly controllers: readonly KindController[];
  reachability?: Reachability;
  clockWatch?: ClockWatch;
  orphans?: OrphanWatch;
}

function createView(
  watches: Watches,
  parts: Parts,
  leadership: Leadership,
  { shard }: OperatorOptions,
  signal: AbortSignal,
): OperatorView {
  let synced = false;
  void untilSynced(watches, signal).then(() => {
    synced = !signal.aborted;
  });
  return {
    get controllers() {
      return parts.controllers.map(({ kind, controller }) => ({ name: kind, load: controller.load }));
    },
    get watches() {
      return Object.values(watches).flatMap(({ states }) => states);
    },
    get resources() {
      const all = [...watches.gateways.list(), ...watches.upstreams.list()];
      return shard === undefined ? all : all.filter(({ metadata }) => owns(shard, metadata));
    },
    get endpoints() {
      return leadership.leading ? (parts.reachability?.states ?? []) : [];
    },
    get clockSkew() {
      return parts.clockWatch?.skew;
    },
    get clockTrusted() {
      return parts.clockWatch?.find() === undefined;
    },
    get orphans() {
      return leadership.leading ? (parts.orphans?.states ?? []) : [];
    },
    get synced() {
      return synced;
    },
    get leading() {
      return leadership.leading;
    },
    get leaseFresh() {
      return leadership.fresh;
    },
    get stopping() {
      return signal.aborted;
    },
  };
}
