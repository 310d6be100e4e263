import { mtlsGateway, mtlsUpstream } from '../api/kinds.ts';
import { Controller, type Reconcile, type ReconcileKey } from '../controller/controller.ts';
import { owns } from '../election/shard.ts';
import { isOutage } from '../kube/kube-error.ts';
import type { Owner } from '../model/gateway-state.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { referenceTo } from '../model/references.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import { mtlsGatewayPlan } from '../plan/mtls-gateway.ts';
import { mtlsUpstreamPlan } from '../plan/mtls-upstream.ts';
import type { KindPlan, Protocol } from '../plan/plan.ts';
import { ResourceMemory } from '../reconcile/memory.ts';
import { reconcileBy } from '../reconcile/reconcile.ts';
import { Waits } from '../reconcile/waits.ts';
import type { World } from '../reconcile/world.ts';
import { shorter } from '../std/duration.ts';
import type { OperatorOptions } from './options.ts';
import type { Resources, Watches } from './watches.ts';

export interface KindController {
  readonly kind: string;
  readonly resources: Resources;
  readonly controller: Controller;
}

/** The world but for what each kind sees of it. */
export type SharedWorld = Omit<
  World,
  'resources' | 'hosts' | 'memory' | 'waits' | 'secrets' | 'configMaps' | 'references' | 'isReferredTo'
>;

export function createControllers(
  watches: Watches,
  shared: SharedWorld,
  options: OperatorOptions,
): readonly KindController[] {
  const { secrets, configMaps, otherSecrets, otherConfigMaps } = watches;
  const references = { secrets: otherSecrets, configMaps: otherConfigMaps };
  const isReferredTo = (object: KubeObject) =>
    [watches.gateways, watches.upstreams].some((of) => of.byIndex('reference', referenceTo(object)).length > 0);
  const seen = { secrets, configMaps, references, isReferredTo, hosts: watches };
  const create = <Spec>(plan: KindPlan<Spec>, resources: Resources): KindController => {
    const { kind } = plan.kind;
    const world = { ...shared, ...seen, resources, memory: new ResourceMemory(), waits: new Waits() };
    return { kind, resources, controller: createController(kind, reconcileBy(plan, world), options) };
  };
  return [create(mtlsGatewayPlan, watches.gateways), create(mtlsUpstreamPlan, watches.upstreams)];
}

/**
 * No event tells a failed key that the API server is back. Each pause is between a half and the whole of this, so that
 * all are done within 30 s.
 */
const longestPauseInOutage = Temporal.Duration.from({ seconds: 20 });

function createController(name: string, reconcile: Reconcile, options: OperatorOptions): Controller {
  const { log, clock, random, onReconcile, onQueue, shard } = options;
  const { workers, driftInterval: cap } = options.config;
  return new Controller({
    name,
    reconcile,
    log,
    clock,
    random,
    workers,
    backoff: { first: Temporal.Duration.from({ milliseconds: 5 }), cap },
    capAfter: (cause) => (isOutage(cause) ? shorter(cap, longestPauseInOutage) : undefined),
    ...(onReconcile && { onReconcile: (facts) => onReconcile(facts, name) }),
    ...(onQueue && { onQueue: (facts) => onQueue(facts, name) }),
    ...(shard && { owns: (key: ReconcileKey) => owns(shard, key) }),
  });
}

/** The kind whose resources are proven by that protocol. */
const kindOf: Readonly<Record<Protocol, string>> = { https: mtlsGateway.kind, http: mtlsUpstream.kind };

/** Has all resources of the gateway reconciled that are proven by these protocols, behind what somebody waits for. */
export function wakeUsers(all: readonly KindController[], gateway: string, protocols: readonly Protocol[]): void {
  const kinds = protocols.map((protocol) => kindOf[protocol]);
  for (const { kind, resources, controller } of all) {
    if (kinds.includes(kind)) wakeEach(usersOf(gateway, resources), controller);
  }
}

/** Has all resources reconciled, behind what somebody waits for. */
export function wakeAll(all: readonly KindController[]): void {
  for (const { resources, controller } of all) wakeEach(resources.list(), controller);
}

function wakeEach(resources: readonly KubeObject[], controller: Controller): void {
  for (const { metadata } of resources) {
    controller.forgive(metadata);
    controller.enqueue(metadata, 'low');
  }
}

/** Resources whose spec names the gateway. */
export function usersOf(gateway: string, resources: Pick<Resources, 'list'>): readonly KubeObject[] {
  return resources.list().filter((resource) => gatewayRefOf(resource).name === gateway);
}

/** False where this controller has no such resource. */
export function wake({ kind, resources, controller }: KindController, owner: Owner): boolean {
  if (owner.kind !== kind || resources.get(owner) === undefined) return false;
  controller.enqueue(owner);
  return true;
}
