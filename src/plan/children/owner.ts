import { annotations, childFinalizer, group } from '../../api/group.ts';
import type { KubeObject, ObjectKey, OwnerReference } from '../../model/kube-object.ts';
import { sha256Hex } from '../../std/digest.ts';

/** Which resource a child belongs to. */
export interface ChildOwner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * What our annotation on a child says: the resource that it was made for, and the name under which it was made. That is a
 * digest, so that a copy under another name is told apart even if the name was replaced throughout its text.
 */
export function ownerMark({ kind, metadata: { name, uid } }: Owning, childName: string): string {
  return `${kind}/${name} ${uid} ${sha256Hex(childName).slice(0, 16)}`;
}

/** Whether the child says so of this very resource and of itself: neither a copy nor what an older version made does. */
export function bearsMark({ metadata }: KubeObject, resource: Owning): boolean {
  return metadata.annotations?.[annotations.owner] === ownerMark(resource, metadata.name);
}

interface Owning {
  readonly kind: string;
  readonly metadata: Omit<ChildOwner, 'kind'>;
}

/** By its owner reference, or by our annotation where that was taken off; undefined where neither names one of ours. */
export function ownerOfChild({ metadata }: KubeObject): ChildOwner | undefined {
  const { ownerReferences = [], annotations: said } = metadata;
  const isOurs = ({ apiVersion, controller }: OwnerReference) =>
    controller === true && apiVersion.startsWith(`${group}/`);
  return ownerReferences.find(isOurs) ?? parseMark(said?.[annotations.owner]);
}

/** Whether our finalizer keeps the child where it is. */
export function isHeld({ metadata: { finalizers } }: KubeObject): boolean {
  return finalizers?.includes(childFinalizer) ?? false;
}

/** Under which children are found: `MtlsGateway/shop/test-com`. */
export function childrenKey({ kind, namespace, name }: ObjectKey): string {
  return `${kind}/${namespace}/${name}`;
}

/** The index of children by the name of their resource, whichever uid it had. */
export function childIndexOf(child: KubeObject): readonly string[] {
  const owner = ownerOfChild(child);
  const { namespace } = child.metadata;
  return owner === undefined ? [] : [childrenKey({ kind: owner.kind, namespace, name: owner.name })];
}

const markPattern = /^(?<kind>[^/ ]+)\/(?<name>[^/ ]+) (?<uid>[^/ ]+) [0-9a-f]{16}$/;

function parseMark(mark = ''): ChildOwner | undefined {
  const { kind, name, uid } = markPattern.exec(mark)?.groups ?? {};
  return kind === undefined || name === undefined || uid === undefined ? undefined : { kind, name, uid };
}
