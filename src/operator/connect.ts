import { isDeepStrictEqual } from 'node:util';
import { finalizer } from '../api/group.ts';
import type { Priority } from '../controller/ready-keys.ts';
import type { Change } from '../kube/collection.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { referenceTo } from '../model/references.ts';
import type { KindController } from './controllers.ts';
import type { Watches } from './watches.ts';

/** Every change becomes the key of a resource of ours: its own, that of the owner of a child, or those that refer to it. */
export function connect(watches: Watches, controllers: readonly KindController[]): void {
  for (const controller of controllers) {
    connectResources(controller);
    connectChildren(watches, controller);
    connectReferences(watches, controller);
  }
}

function connectResources({ resources, controller }: KindController): void {
  resources.onChange((change) => {
    if (isEdit(change)) controller.forgive(change.object.metadata);
    if (!isStatusOnly(change)) controller.enqueue(change.object.metadata, priorityOf(change));
  });
}

function connectChildren(watches: Watches, { kind, controller }: KindController): void {
  for (const children of [watches.secrets, watches.configMaps]) {
    children.onChange((change) => {
      // The reconcile that wrote it has gone on with what it wrote.
      if (change.kind === 'written') return;
      const { namespace, ownerReferences = [] } = change.object.metadata;
      const owner = ownerReferences.find((reference) => reference.controller && reference.kind === kind);
      if (owner !== undefined) controller.enqueue({ namespace, name: owner.name }, priorityOf(change));
    });
  }
}

function connectReferences(watches: Watches, { resources, controller }: KindController): void {
  for (const referred of [watches.secrets, watches.configMaps, watches.otherSecrets, watches.otherConfigMaps]) {
    referred.onChange((change) => {
      for (const { metadata } of resources.byIndex('reference', referenceTo(change.object))) {
        controller.forgive(metadata);
        controller.enqueue(metadata, priorityOf(change));
      }
    });
  }
}

/** What a start finds waits for what somebody does meanwhile. */
function priorityOf(change: Change): Priority {
  return change.kind === 'added' && change.listed ? 'low' : 'high';
}

/** The spec is another one: what failed before says nothing about it. */
function isEdit(change: Change): boolean {
  if (!('previous' in change)) return true;
  return change.previous?.metadata.generation !== change.object.metadata.generation;
}

/** Our own write of the status or the finalizer, most of the time: it must not wake us, past the back-off. */
function isStatusOnly(change: Change): boolean {
  if (!('previous' in change) || change.previous === undefined) return false;
  const what = ({ metadata }: KubeObject) => {
    const { generation, labels, annotations, finalizers = [], deletionTimestamp } = metadata;
    const others = change.kind === 'written' ? finalizers.filter((entry) => entry !== finalizer) : finalizers;
    return { generation, labels, annotations, others, deletionTimestamp };
  };
  return isDeepStrictEqual(what(change.previous), what(change.object));
}
