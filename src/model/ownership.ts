import { group } from '../api/group.ts';
import { sha256Hex } from '../std/digest.ts';
import type { Owner } from './gateway-state.ts';
import type { ObservedObject } from './remote-object.ts';

/** Label that holds the hash of what was pushed: keys cannot be read back, so drift of a key shows here only. */
export const hashLabel = `${group}/hash`;

/** Label that holds our id of an object that stands under another one at the control plane. */
export const idLabel = `${group}/id`;

/**
 * Label that holds the id at the control plane, where that is another than ours: what a tool copies to a third id, with
 * its labels, is so not taken for ours.
 */
export const boundLabel = `${group}/at`;

/**
 * Label that says until when clients may have connections or TLS sessions from before the hosts of the object demanded a
 * certificate, in seconds since 1970. It comes with the request by which they began to, so that no crash forgets it.
 */
export const openUntilLabel = `${group}/open-until`;

/**
 * Labels that say whose an object at a gateway is, all under our own prefix: `managed-by`, which earlier versions wrote
 * too, is what API7's ADC writes; it keeps every other label. Values hold no white space: older control planes refuse it.
 */
export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [`${group}/cluster`]: owner.cluster,
    [`${group}/kind`]: owner.kind,
    [`${group}/namespace`]: owner.namespace,
    [`${group}/name`]: owner.name,
    [`${group}/uid`]: owner.uid,
  };
}

/**
 * Whether another tool has written into the labels that the object is its own: it would remove it some day. The value is
 * ours where an earlier version has left it.
 */
export function isClaimedByOthers(labels: Readonly<Record<string, string>>): boolean {
  return (labels[formerMark.label] ?? formerMark.value) !== formerMark.value;
}

const formerMark = { label: 'managed-by', value: 'mtls-operator' } as const;

/** Who made an object; after a deletion and a new start the uid is another one and the owner the same. */
export type MarkedOwner = Omit<Owner, 'uid'>;

type Marked = Pick<ObservedObject, 'id' | 'labels'>;

/**
 * The owner of an object that some operator of ours made, in whichever cluster; undefined for all others. The labels name
 * it, and the id follows from it. Labels alone are not enough: other tools copy them with the rest of an object.
 */
export function labelledOwner(object: Marked): MarkedOwner | undefined {
  const owner = ownerInLabels(object);
  return owner !== undefined && hasIdOf(owner, object) ? owner : undefined;
}

/** Whether the labels name an owner of ours, on a copy too. */
export function isMarked(object: Pick<Marked, 'labels'>): boolean {
  return ownerInLabels(object) !== undefined;
}

/** Whom the labels name, also on a copy that another tool has made. */
function ownerInLabels({ labels }: Pick<Marked, 'labels'>): MarkedOwner | undefined {
  const part = (name: string) => labels[`${group}/${name}`] ?? '';
  const owner = { cluster: part('cluster'), kind: part('kind'), namespace: part('namespace'), name: part('name') };
  return Object.values(owner).includes('') ? undefined : owner;
}

function hasIdOf(owner: MarkedOwner, { id, labels }: Marked): boolean {
  const ours = `${idPrefix(owner)}-`;
  return id.startsWith(ours) || (isAlias({ id, labels }) && (labels[idLabel]?.startsWith(ours) ?? false));
}

/** Whether the object stands for one of ours under an id of the control plane, and is no copy of such a one. */
export function isAlias({ id, labels }: Marked): boolean {
  return labels[idLabel] !== undefined && (labels[boundLabel] ?? id) === id;
}

/**
 * Whether this owner made the object. The uid is left out: a resource that was deleted and applied again is the same
 * owner, and takes back what an abandoned deletion left behind.
 */
export function isOwnedBy(object: Marked, owner: MarkedOwner): boolean {
  return labelledOwnerKey(object) === ownerKey(owner);
}

/** One text for each owner, the same as `labelledOwnerKey` gives for its objects. */
export function ownerKey({ cluster, kind, namespace, name }: MarkedOwner): string {
  return JSON.stringify([cluster, kind, namespace, name]);
}

export function labelledOwnerKey(object: Marked): string | undefined {
  const owner = labelledOwner(object);
  return owner === undefined ? undefined : ownerKey(owner);
}

/** Whose the object is, as a person would say it. */
export function describeOwner(object: Marked): string {
  const owner = ownerInLabels(object);
  if (owner === undefined) return 'somebody else';
  const named = `${owner.kind} ${owner.namespace}/${owner.name}`;
  return hasIdOf(owner, object) ? named : `somebody else, who copied the labels of ${named}`;
}

/** Prefix of the ids of all objects of one owner: the same after a restart, another for every other owner. */
export function idPrefix(owner: MarkedOwner): string {
  const identity = [owner.cluster, owner.kind, owner.namespace, owner.name].join('/');
  return `mtls-${sha256Hex(identity).slice(0, 16)}`;
}
