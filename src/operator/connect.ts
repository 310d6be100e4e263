import { isDeepStrictEqual } from 'node:util';
import { parseHandover } from '../api/adoption.ts';
import { finalizer, annotations as ours } from '../api/group.ts';
import { mtlsGateway } from '../api/kinds.ts';
import type { Status } from '../api/status.ts';
import type { Priority } from '../controller/ready-keys.ts';
import type { Change } from '../kube/collection.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { referencesOf, referenceTo } from '../model/references.ts';
import { nearby } from '../observe/neighbours.ts';
import { ownerOfChild } from '../plan/children/owner.ts';
import { claimIndexOf } from '../plan/gateway/claims.ts';
import { concernedHosts } from '../plan/gateway/hosts.ts';
import { broughtCaOf, isReleased } from '../plan/rotation/sharers.ts';
import type { KindController } from './controllers.ts';
import type { Resources, Watches } from './watches.ts';

/** Every change becomes keys of resources of ours: its own, the owner of a child, those that refer to it, its rivals. */
export function connect(watches: Watches, controllers: readonly KindController[]): void {
  for (const controller of controllers) {
    connectResources(controller);
    connectRivals(controller);
    connectNeighbours(controller, watches, controllers);
    connectChildren(watches, controller);
    connectReferences(watches, controller);
    connectClients(watches, controller);
    connectHandovers(watches, controller);
    connectSharers(controller, watches, controllers);
  }
  connectAllowers(watches, controllers);
  connectNamespaces(watches, controllers);
}

function connectResources({ resources, controller }: KindController): void {
  resources.onChange((change) => {
    if (isEdit(change)) controller.forgive(change.object.metadata);
    if (!isStatusOnly(change)) controller.enqueue(change.object.metadata, priorityOf(change));
  });
}

/** Those who claim what the resource claims, or claimed until now: one of them wins or loses by the change. */
function connectRivals({ resources, controller }: KindController): void {
  resources.onChange((change) => {
    if (isStatusOnly(change)) return;
    for (const { metadata } of rivalsOf(change, resources)) {
      controller.forgive(metadata);
      controller.enqueue(metadata, priorityOf(change));
    }
  });
}

function rivalsOf(change: Change, resources: Resources): readonly KubeObject[] {
  const found = new Set<KubeObject>();
  for (const key of statesOf(change).flatMap(claimIndexOf)) {
    for (const rival of resources.byIndex('claim', key)) found.add(rival);
  }
  return [...found].filter(({ metadata }) => metadata.uid !== change.object.metadata.uid);
}

/**
 * Those who are refused a host because of the resource may have it now. And of two that were made at one time either may
 * have been decided upon before the other was seen.
 */
function connectNeighbours(
  { resources }: KindController,
  hosts: Watches,
  controllers: readonly KindController[],
): void {
  resources.onChange((change) => {
    // Those of a list are all looked at, and each then sees the others.
    if (isStatusOnly(change) || (change.kind === 'added' && change.listed)) return;
    const { creationTimestamp = '', namespace } = change.object.metadata;
    const isConcerned = (other: KubeObject) =>
      other.metadata.namespace !== namespace &&
      (isRefusedHost(other) || (other.metadata.creationTimestamp ?? '') >= creationTimestamp);
    for (const neighbour of neighboursOf(statesOf(change), hosts).filter(isConcerned)) {
      wakeUp(neighbour, controllers, priorityOf(change));
    }
  });
}

function wakeUp(
  { kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>,
  controllers: readonly KindController[],
  priority: Priority,
): void {
  const controller = controllers.find((one) => one.kind === kind)?.controller;
  controller?.forgive(metadata);
  controller?.enqueue(metadata, priority);
}

function neighboursOf(states: readonly KubeObject[], hosts: Watches): readonly KubeObject[] {
  const found = states.flatMap((state) => concernedHosts(state).flatMap((host) => [...nearby(hosts, state, host)]));
  return [...new Set(found)];
}

function isRefusedHost({ status }: KubeObject & { readonly status?: Status }): boolean {
  return status?.conditions?.some(({ reason }) => reason === 'HostNotAllowed') ?? false;
}

/** With other labels a namespace may be in another tenant, and its resources have more or less beside their neighbours. */
function connectNamespaces(watches: Watches, controllers: readonly KindController[]): void {
  watches.namespaces.onChange((change) => {
    if (change.kind === 'updated' && isDeepStrictEqual(change.previous.metadata.labels, change.object.metadata.labels))
      return;
    const { name } = change.object.metadata;
    const all = [...watches.gateways.list(), ...watches.upstreams.list()];
    const inside = all.filter(({ metadata }) => metadata.namespace === name);
    const waiting = all.filter(isRefusedHost);
    for (const resource of new Set([...inside, ...waiting, ...neighboursOf(inside, watches)])) {
      wakeUp(resource, controllers, priorityOf(change));
    }
  });
}

function connectChildren(watches: Watches, { kind, controller }: KindController): void {
  for (const children of [watches.secrets, watches.configMaps]) {
    children.onChange((change) => {
      // The reconcile that wrote it has gone on with what it wrote.
      if (change.kind === 'written') return;
      const owners = new Set(statesOf(change).map((child) => ownerOf(child, kind)));
      for (const name of owners) {
        if (name !== undefined) controller.enqueue({ ...change.object.metadata, name }, priorityOf(change));
      }
    });
  }
}

function ownerOf(child: KubeObject, kind: string): string | undefined {
  const owner = ownerOfChild(child);
  return owner?.kind === kind ? owner.name : undefined;
}

/** Where something was taken away by the change, whoever had it must hear of it too. */
function statesOf(change: Change): readonly KubeObject[] {
  return change.kind === 'updated' ? [change.previous, change.object] : [change.object];
}

function connectReferences(watches: Watches, { resources, controller }: KindController): void {
  for (const referred of [watches.secrets, watches.configMaps, watches.otherSecrets, watches.otherConfigMaps]) {
    referred.onChange((change) => wakeReferring(change, { resources, controller }));
  }
}

/** Those that allow clients of an MtlsGateway: also by its status, which says how they are known. */
function connectClients({ gateways }: Watches, { resources, controller }: KindController): void {
  gateways.onChange((change) => {
    if (doesDiffer(change, ({ accepts }) => accepts)) wakeReferring(change, { resources, controller });
  });
}

function wakeReferring(
  change: Change,
  { resources, controller }: Pick<KindController, 'resources' | 'controller'>,
): void {
  for (const { metadata } of resources.byIndex('reference', referenceTo(change.object))) {
    controller.forgive(metadata);
    controller.enqueue(metadata, priorityOf(change));
  }
}

/** MtlsGateways whose rotation may wait for the routes of an MtlsUpstream. */
function connectAllowers({ gateways, upstreams }: Watches, controllers: readonly KindController[]): void {
  upstreams.onChange((change) => {
    if (!doesDiffer(change, ({ allowedIssuers }) => allowedIssuers)) return;
    for (const reference of new Set(statesOf(change).flatMap(referencesOf))) {
      const [kind, namespace = '', name = ''] = reference.split('/');
      const found = kind === mtlsGateway.kind ? gateways.get({ namespace, name }) : undefined;
      if (found !== undefined && isRotating(found)) wakeUp(found, controllers, priorityOf(change));
    }
  });
}

/** Those whose rotation waited for this one, which has its CA from the same Secret: the owner of that among them. */
function connectSharers({ resources }: KindController, watches: Watches, controllers: readonly KindController[]): void {
  resources.onChange((change) => {
    if (!doesDiffer(change, ({ rotation, certificates }) => [rotation, certificates])) return;
    const names = new Set(statesOf(change).flatMap((state) => broughtCaOf(state) ?? []));
    for (const name of names) {
      const isSharer = change.kind !== 'deleted' && broughtCaOf(change.object) === name;
      const found = sharersOf({ ...change.object.metadata, name }, watches, controllers);
      for (const one of found.filter((sharer) => isReleased(sharer, change.object, isSharer)))
        wakeUp(one, controllers, priorityOf(change));
    }
  });
}

/** All that have their CA from the Secret: those that name it, and who made it. */
function sharersOf(
  secret: KubeObject['metadata'],
  { secrets }: Watches,
  controllers: readonly KindController[],
): readonly (KubeObject & { readonly status?: Status })[] {
  const { namespace, name } = secret;
  const reference = referenceTo({ kind: 'Secret', metadata: { namespace, name } });
  const seen = secrets.get({ namespace, name });
  const owner = seen && ownerOfChild(seen);
  return controllers.flatMap(({ kind, resources }) => {
    const made = owner?.kind === kind ? resources.get({ namespace, name: owner.name }) : undefined;
    return [...resources.byIndex('reference', reference), ...(made === undefined ? [] : [made])];
  });
}

/** It is another resource, asks for something else, begins to go, or says something else in that part of its status. */
function doesDiffer(change: Change, part: (status: Status) => unknown): boolean {
  if (!('previous' in change) || change.previous === undefined) return true;
  const what = ({ metadata, status = {} }: KubeObject & { readonly status?: Status }) => [
    ...[metadata.uid, metadata.generation, metadata.deletionTimestamp],
    part(status),
  ];
  return !isDeepStrictEqual(what(change.previous), what(change.object));
}

function isRotating({ status }: KubeObject & { readonly status?: Status }): boolean {
  return status?.rotation !== undefined;
}

/** A Secret that a person hands to a resource, which looks at it by that name. */
function connectHandovers(watches: Watches, { kind, resources, controller }: KindController): void {
  watches.otherSecrets.onChange((change) => {
    const { namespace, annotations = {} } = change.object.metadata;
    const to = parseHandover(annotations[ours.adopt]);
    const key = { namespace, name: to?.name ?? '' };
    if (to?.kind !== kind || resources.get(key) === undefined) return;
    controller.forgive(key);
    controller.enqueue(key, priorityOf(change));
  });
}

/** What a start finds waits for what somebody does meanwhile. */
function priorityOf(change: Change): Priority {
  return change.kind === 'added' && change.listed ? 'low' : 'high';
}

/** The spec is another one, or the whole resource is: what failed before says nothing about it. */
function isEdit(change: Change): boolean {
  if (!('previous' in change)) return true;
  const [before, after] = [change.previous?.metadata, change.object.metadata];
  return before?.generation !== after.generation || before?.uid !== after.uid;
}

/** Our own write of the status or the finalizer, most of the time: it must not wake us, past the back-off. */
function isStatusOnly(change: Change): boolean {
  if (!('previous' in change) || change.previous === undefined) return false;
  const what = ({ metadata }: KubeObject) => {
    const { uid, generation, labels, annotations = {}, finalizers = [], deletionTimestamp } = metadata;
    const known = { uid, generation, labels, deletionTimestamp };
    return change.kind === 'written'
      ? { ...known, ...withoutOurs(annotations, finalizers) }
      : { ...known, annotations, finalizers };
  };
  return isDeepStrictEqual(what(change.previous), what(change.object));
}

/** What `addFinalizer` writes is left out. */
function withoutOurs(annotations: Readonly<Record<string, string>>, finalizers: readonly string[]) {
  const { [ours.firstGateway]: _, ...others } = annotations;
  return { annotations: others, finalizers: finalizers.filter((entry) => entry !== finalizer) };
}
