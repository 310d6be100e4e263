import { sha256Hex } from '../std/digest.ts';
import type { Owner } from './gateway-state.ts';
import type { ObservedObject } from './remote-object.ts';

const prefix = 'mtls-operator.dev';
const markLabel = 'managed-by';
const markValue = 'mtls-operator';

/** Label that holds the hash of what was pushed: keys cannot be read back, so drift of a key shows here only. */
export const hashLabel = `${prefix}/hash`;

/** Label that holds our id of an object to which a control plane has given one of its own. */
export const idLabel = `${prefix}/id`;

/** Labels that say whose an object at a gateway is. Values hold no white space: older control planes refuse it. */
export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [markLabel]: markValue,
    [`${prefix}/cluster`]: owner.cluster,
    [`${prefix}/kind`]: owner.kind,
    [`${prefix}/namespace`]: owner.namespace,
    [`${prefix}/name`]: owner.name,
    [`${prefix}/uid`]: owner.uid,
  };
}

/**
 * Whether the labels name this owner. The uid is left out: a resource that was deleted and applied again is the same
 * owner, and takes back what an abandoned deletion left behind.
 */
export function isOwnedBy(object: ObservedObject, owner: Owner): boolean {
  return labelledOwnerKey(object.labels) === ownerKey(owner);
}

/** One text for each owner, the same as `labelledOwnerKey` gives for its objects. */
export function ownerKey({ cluster, kind, namespace, name }: Owner): string {
  return JSON.stringify([cluster, kind, namespace, name]);
}

/** The owner that the labels name; undefined where they do not carry our mark. */
export function labelledOwnerKey(labels: Readonly<Record<string, string>>): string | undefined {
  if (!isMarked(labels)) return undefined;
  return JSON.stringify(['cluster', 'kind', 'namespace', 'name'].map((part) => labels[`${prefix}/${part}`]));
}

/** Whether some resource of this operator, in whichever cluster, made the object. */
export function isMarked(labels: Readonly<Record<string, string>>): boolean {
  return labels[markLabel] === markValue;
}

/** The owner as a person would say it, or undefined where the labels name none of ours. */
export function describeOwner(labels: Readonly<Record<string, string>>): string | undefined {
  if (!isMarked(labels)) return undefined;
  return `${labels[`${prefix}/kind`]} ${labels[`${prefix}/namespace`]}/${labels[`${prefix}/name`]}`;
}

/** Prefix of the ids of all objects of one owner: the same after a restart, another for every other owner. */
export function idPrefix(owner: Owner): string {
  const identity = [owner.cluster, owner.kind, owner.namespace, owner.name].join('/');
  return `mtls-${sha256Hex(identity).slice(0, 16)}`;
}
