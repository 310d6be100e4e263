import { isDeepStrictEqual } from 'node:util';
import { labels, managedByValue } from './api/group.ts';
import { mtlsGateway, mtlsUpstream } from './api/kinds.ts';
import type { OperatorConfig } from './api/operator-config.ts';
import { Controller, type Reconcile, type ReconcileFacts, type ReconcileKey } from './controller/controller.ts';
import type { Priority } from './controller/ready-keys.ts';
import { alone, type Leadership, runForLeader } from './election/leadership.ts';
import { owns, type Shard } from './election/shard.ts';
import type { AdminCall } from './gateway/admin-client.ts';
import { Gateways } from './gateway/gateways.ts';
import type { RequestFacts } from './kube/api-server.ts';
import { KubeClient } from './kube/client.ts';
import { clusterId } from './kube/cluster-id.ts';
import type { Change } from './kube/collection.ts';
import type { KubeConfigSource } from './kube/credentials.ts';
import { Informer } from './kube/informer.ts';
import { ReferencedObjects } from './kube/referenced.ts';
import type { Logger } from './log.ts';
import type { Owner } from './model/gateway-state.ts';
import { type ConfigMap, configMaps, type KubeObject, type Secret, secrets } from './model/kube-object.ts';
import { referencesOf, referenceTo } from './model/references.ts';
import { DriftWatch } from './reconcilers/drift-watch.ts';
import { mtlsGatewayReconcile } from './reconcilers/mtls-gateway/reconcile.ts';
import { mtlsUpstreamReconcile } from './reconcilers/mtls-upstream/reconcile.ts';
import { typeOf } from './reconcilers/resource-type.ts';
import type { World } from './reconcilers/world.ts';
import type { Random } from './std/backoff.ts';
import type { Clock } from './std/clock.ts';

/** What an operator is made of. The counters are for metrics and tests. */
export interface OperatorOptions {
  readonly config: OperatorConfig;
  readonly source: KubeConfigSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly randomBytes: World['randomBytes'];
  readonly log: Logger;
  /** Of this process and no other, ever: what stands in a Lease. */
  readonly identity?: string;
  /** Left out: all resources are ours. */
  readonly shard?: Shard;
  readonly onKubeRequest?: (facts: RequestFacts) => void;
  readonly onAdminCall?: (call: AdminCall) => void;
  readonly onReconcile?: (facts: ReconcileFacts) => void;
}

/**
 * Watches, and reconciles while it leads, until `signal` aborts; resolves when the reconciles that were under way have
 * ended. Throws a `LeaseLost` when somebody else leads: its calls to the API server have then been ended.
 */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const { source, random, onKubeRequest } = options;
  const kube = new KubeClient({ source, random, ...(onKubeRequest && { onRequest: onKubeRequest }) });
  // What was started must end too when the rest fails: a watch tries for ever.
  const failed = new AbortController();
  const leadership = createLeadership(kube, options);
  try {
    await Promise.race([work(kube, leadership, options, AbortSignal.any([signal, failed.signal])), leadership.lost]);
    await leadership.release();
  } finally {
    failed.abort();
    leadership.abandon();
    await kube.close();
  }
}

function createLeadership(kube: KubeClient, options: OperatorOptions): Leadership {
  const { config, shard, identity = randomIdentity(options), clock, random, log } = options;
  if (config.leaderElection === undefined) return alone;
  return runForLeader({ kube, config: config.leaderElection, shard, identity, clock, random, log });
}

function randomIdentity({ randomBytes }: OperatorOptions): string {
  return Buffer.from(randomBytes(8)).toString('hex');
}

async function work(
  kube: KubeClient,
  leadership: Leadership,
  options: OperatorOptions,
  signal: AbortSignal,
): Promise<void> {
  const { log, config } = options;
  const watches = createWatches(kube, options);
  const drift = createDriftWatch(options, (owner) => controllers.some((controller) => wake(controller, owner)));
  const world = await createWorld(kube, drift, options, signal);
  const controllers: readonly KindController[] = createControllers(watches, world, options);
  connect(watches, controllers);
  const running = Object.values(watches).map((watch) => watch.run(signal));
  // A reconcile before the caches are whole would take what it does not see for missing.
  await untilSynced(Object.values(watches), signal);
  log.debug('caches are filled');
  await leadership.gained(signal);
  if (!signal.aborted) log.info({ gateways: config.gateways.map(({ name }) => name) }, 'operator is running');
  await Promise.all([...running, drift.run(signal), ...controllers.map(({ controller }) => controller.run(signal))]);
  log.info('operator has stopped');
}

/** Resources of ours, found by what they refer to. */
type Resources = Informer<KubeObject, 'reference'>;

interface Watches {
  readonly gateways: Resources;
  readonly upstreams: Resources;
  readonly secrets: Informer<Secret>;
  readonly configMaps: Informer<ConfigMap>;
  /** Those of others, for what resources refer to. */
  readonly otherSecrets: ReferencedObjects<Secret>;
  readonly otherConfigMaps: ReferencedObjects<ConfigMap>;
}

/** Of Secrets and ConfigMaps only ours are watched, by label: never every Secret of a namespace. */
function createWatches(client: KubeClient, { config, random, log }: OperatorOptions): Watches {
  const namespaces = config.watchNamespaces.length === 0 ? undefined : config.watchNamespaces;
  const ours = `${labels.managedBy}=${managedByValue}`;
  const shared = { client, namespaces, random, log };
  const resources = (kind: string): Resources =>
    new Informer({ ...shared, type: typeOf(kind), indexes: { reference: referencesOf } });
  return {
    gateways: resources(mtlsGateway.kind),
    upstreams: resources(mtlsUpstream.kind),
    secrets: new Informer({ ...shared, type: secrets, labelSelector: ours }),
    configMaps: new Informer({ ...shared, type: configMaps, labelSelector: ours }),
    otherSecrets: new ReferencedObjects({ ...shared, type: secrets }),
    otherConfigMaps: new ReferencedObjects({ ...shared, type: configMaps }),
  };
}

type SharedWorld = Omit<World, 'resources' | 'secrets' | 'configMaps' | 'references'>;

async function createWorld(
  kube: KubeClient,
  drift: DriftWatch,
  options: OperatorOptions,
  signal: AbortSignal,
): Promise<SharedWorld> {
  const { config, clock, random, randomBytes, onAdminCall } = options;
  const { driftInterval, proofInterval, deletionDeadline } = config;
  const onCall = onAdminCall === undefined ? {} : { onCall: onAdminCall };
  const gateways = new Gateways(config.gateways, { random, readingAge: driftInterval, ...onCall });
  const cluster = await clusterId(kube, signal);
  return { clock, random, randomBytes, kube, gateways, drift, cluster, driftInterval, proofInterval, deletionDeadline };
}

function createDriftWatch({ config, random, log }: OperatorOptions, wake: (owner: Owner) => boolean): DriftWatch {
  return new DriftWatch({ interval: config.driftInterval, random, log, wake });
}

/** False where this controller has no such resource. */
function wake({ kind, resources, controller }: KindController, owner: Owner): boolean {
  if (owner.kind !== kind || resources.get(owner) === undefined) return false;
  controller.enqueue(owner);
  return true;
}

interface KindController {
  readonly kind: string;
  readonly resources: Resources;
  readonly controller: Controller;
}

function createControllers(watches: Watches, shared: SharedWorld, options: OperatorOptions): readonly KindController[] {
  const create = (kind: string, resources: Resources, reconcile: (world: World) => Reconcile): KindController => {
    const references = { secrets: watches.otherSecrets, configMaps: watches.otherConfigMaps };
    const world = { ...shared, resources, references, secrets: watches.secrets, configMaps: watches.configMaps };
    const { log, clock, random, onReconcile, shard } = options;
    const { workers, driftInterval: cap } = options.config;
    const backoff = { first: Temporal.Duration.from({ milliseconds: 5 }), cap };
    const counted = onReconcile === undefined ? {} : { onReconcile };
    const part = shard === undefined ? {} : { owns: (key: ReconcileKey) => owns(shard, key) };
    const controller = new Controller({
      name: kind,
      reconcile: reconcile(world),
      log,
      clock,
      random,
      workers,
      backoff,
      ...counted,
      ...part,
    });
    return { kind, resources, controller };
  };
  return [
    create(mtlsGateway.kind, watches.gateways, mtlsGatewayReconcile),
    create(mtlsUpstream.kind, watches.upstreams, mtlsUpstreamReconcile),
  ];
}

/** Every change becomes the key of a resource of ours: its own, or that of the owner of a child. */
function connect(watches: Watches, controllers: readonly KindController[]): void {
  for (const { kind, resources, controller } of controllers) {
    resources.onChange((change) => {
      if (isEdit(change)) controller.forgive(change.object.metadata);
      if (!isStatusOnly(change)) controller.enqueue(change.object.metadata, priorityOf(change));
    });
    for (const children of [watches.secrets, watches.configMaps]) {
      children.onChange((change) => {
        const { metadata } = change.object;
        const owner = metadata.ownerReferences?.find((reference) => reference.controller && reference.kind === kind);
        if (owner === undefined) return;
        controller.enqueue({ namespace: metadata.namespace, name: owner.name }, priorityOf(change));
      });
    }
    for (const referred of [watches.secrets, watches.configMaps, watches.otherSecrets, watches.otherConfigMaps]) {
      referred.onChange((change) => {
        for (const { metadata } of resources.byIndex('reference', referenceTo(change.object))) {
          controller.forgive(metadata);
          controller.enqueue(metadata, priorityOf(change));
        }
      });
    }
  }
}

/** What a start finds waits for what somebody does meanwhile. */
function priorityOf(change: Change): Priority {
  return change.kind === 'added' && change.listed ? 'low' : 'high';
}

/** The spec is another one: what failed before says nothing about it. */
function isEdit(change: Change): boolean {
  return change.kind !== 'updated' || change.previous.metadata.generation !== change.object.metadata.generation;
}

/** Our own status write, most of the time: it must not wake us, past the back-off. */
function isStatusOnly(change: Change): boolean {
  if (change.kind !== 'updated') return false;
  const what = ({ metadata }: KubeObject) => {
    const { generation, labels, annotations, finalizers, deletionTimestamp } = metadata;
    return { generation, labels, annotations, finalizers, deletionTimestamp };
  };
  return isDeepStrictEqual(what(change.previous), what(change.object));
}

async function untilSynced(watches: readonly { readonly synced: Promise<void> }[], signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([stopped, Promise.all(watches.map(({ synced }) => synced))]);
}
