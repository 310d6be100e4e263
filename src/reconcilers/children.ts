import { parseHandover } from '../api/adoption.ts';
import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { Store } from '../kube/store.ts';
import {
  type ConfigMap,
  configMaps,
  type KubeObject,
  type ResourceType,
  type Secret,
  secrets,
} from '../model/kube-object.ts';
import { findLeftOverKeys, holds, isControlledBy, isLabelled, missingFinalizers } from '../plan/secret.ts';
import { type Failure, permanent, transient } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import { beforeWrite } from './standing.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/** Secrets and ConfigMaps of a resource: written when they differ, and never where they are not ours. */
export type Child = Secret | ConfigMap;

/** The child that we hold; a permanent failure where an object of that name belongs to another. */
export function ownChild<Kind extends Child>(
  store: Store<Kind>,
  resource: Resource<unknown>,
  name: string,
): Kind | undefined {
  const child = store.get({ namespace: resource.metadata.namespace, name });
  if (child !== undefined && !isControlledBy(child, resource)) throw foreign(child, resource);
  return child;
}

/** Why a Secret that a person hands over should stay as it is; undefined: nothing speaks against it. */
export type Objection = (handed: Secret) => Finding | undefined;

/** Writes the child unless `seen` already says it; answers whether it wrote. */
export async function writeChild(
  seen: Child | undefined,
  desired: Child,
  resource: Resource<unknown>,
  run: Run,
  objection?: Objection,
): Promise<boolean> {
  if (seen !== undefined && holds(seen, desired)) return false;
  beforeWrite(run);
  await storeOf(desired, run).write(desired.metadata, () =>
    seen === undefined ? create(desired, resource, run, objection) : change(seen, desired, run),
  );
  run.log.info({ child: `${desired.kind}/${desired.metadata.name}` }, 'wrote child');
  return true;
}

/** A POST, so that two runs can never both make a CA: the second one finds the name taken. */
async function create(desired: Child, resource: Resource<unknown>, run: Run, objection?: Objection): Promise<Child> {
  const type = childType(desired);
  const created = await run.kube.create(type, desired, run.signal);
  if (created.kind === 'created') return created.object as Child;
  const { namespace, name } = desired.metadata;
  const existing = await run.kube.get(type, { namespace, name }, run.signal);
  // Gone again between the two calls: the next run finds the name free.
  if (existing !== undefined && isHandedTo(existing, resource))
    await takeOver(existing as Secret, desired, resource, run, objection);
  else if (existing !== undefined) await recognise(existing, desired, resource, run);
  throw transient('Conflict', `The ${desired.kind} ${name} was created meanwhile`);
}

/** Ours, yet unseen: without our labels the watch has lost it. With them back the next run reads its content. */
async function recognise(existing: KubeObject, desired: Child, resource: Resource<unknown>, run: Run): Promise<void> {
  if (!isControlledBy(existing, resource)) throw foreign(existing, resource);
  if (isLabelled(existing, desired)) return;
  const { labels, namespace, name } = desired.metadata;
  const { kube, signal } = run;
  await kube.mergePatch(childType(desired), { namespace, name }, { metadata: { labels } }, { signal });
}

/** Whoever may write the Secret says so in its annotation; that of another controller is never taken. */
function isHandedTo({ kind, metadata }: KubeObject, resource: Resource<unknown>): boolean {
  const to = parseHandover(metadata.annotations?.[annotations.adopt]);
  const isFree = metadata.ownerReferences?.every(({ controller }) => controller !== true) ?? true;
  return kind === 'Secret' && isFree && to?.kind === resource.kind && to.name === resource.metadata.name;
}

/** Its content stays; the next run reads it, and keeps it where it fits the spec. */
async function takeOver(
  handed: Secret,
  desired: Child,
  resource: Resource<unknown>,
  { kube, signal, ...run }: Run,
  objection?: Objection,
): Promise<void> {
  const { namespace, name, resourceVersion, ownerReferences = [] } = handed.metadata;
  const against = objection?.(handed);
  if (against !== undefined) {
    throw permanent('AdoptionRefused', `The Secret ${name} is not taken over: ${against.message}`);
  }
  const { labels, ownerReferences: ours = [] } = desired.metadata;
  const metadata = { resourceVersion, labels, ownerReferences: [...ownerReferences, ...ours] };
  await kube.mergePatch(secrets, { namespace, name }, { metadata }, { signal });
  const note = `Took over the Secret ${name}, as its annotation asks for: it belongs to this resource from now on`;
  tell(resource, { type: 'Normal', reason: 'Adopted', action: 'Adopt', note }, run);
}

/** Only what we own, and only if nobody wrote since we read: fields that others added stay. */
async function change(seen: Child, desired: Child, { kube, signal }: Run): Promise<Child> {
  const { namespace, name, labels, annotations } = desired.metadata;
  const { resourceVersion } = seen.metadata;
  // RFC 7386: null removes.
  const leftOver = Object.fromEntries(findLeftOverKeys(seen, desired).map((key) => [key, null]));
  // RFC 7386 replaces lists whole; those of others stay.
  const missing = missingFinalizers(seen, desired);
  const held = missing.length === 0 ? {} : { finalizers: [...(seen.metadata.finalizers ?? []), ...missing] };
  const metadata = { resourceVersion, labels, ...(annotations && { annotations }), ...held };
  const patch = { metadata, data: { ...desired.data, ...leftOver } };
  return (await kube.mergePatch(childType(seen), { namespace, name }, patch, { signal })) as Child;
}

export function childType({ kind }: Child): ResourceType {
  return kind === 'Secret' ? secrets : configMaps;
}

export function storeOf({ kind }: Child, run: Run): Store<Child> {
  return (kind === 'Secret' ? run.secrets : run.configMaps) as Store<Child>;
}

/** Why the object is left alone. That of an earlier resource of the same name goes by itself: the garbage collector is slow. */
function foreign(object: KubeObject, resource: Resource<unknown>): Failure {
  const { kind } = object;
  const { name, ownerReferences } = object.metadata;
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind === resource.kind && owner.name === resource.metadata.name) {
    return transient(
      'PredecessorRemains',
      `The ${kind} ${name} belongs to a deleted resource of the same name and is not removed yet`,
    );
  }
  const whose = owner === undefined ? 'does not belong to this resource' : `belongs to ${owner.kind} ${owner.name}`;
  const handover = `${resource.kind}/${resource.metadata.name}`;
  const wayIn =
    owner === undefined && kind === 'Secret'
      ? `, or annotate it with ${annotations.adopt}: ${handover} to hand it over`
      : '';
  return permanent(
    'NotOurs',
    `The ${kind} ${name} already exists and ${whose}; the operator does not change it: choose another name${wayIn}`,
  );
}
