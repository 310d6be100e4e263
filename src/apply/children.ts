import { parseHandover } from '../api/adoption.ts';
import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { configMaps, type KubeObject, type ResourceType, type Secret, secrets } from '../model/kube-object.ts';
import { foreign } from '../plan/children/child.ts';
import { findLeftOverKeys, isControlledBy, isLabelled, missingFinalizers } from '../plan/children/secret.ts';
import type { Child } from '../plan/steps.ts';
import type { Store } from '../ports/objects.ts';
import { permanent, transient } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';

/** Why a Secret that a person hands over should stay as it is; undefined: nothing speaks against it. */
export type Objection = (handed: Secret) => Finding | undefined;

/** Makes the child, or changes what was seen of it. Never where it is not ours. */
export async function writeChild(
  seen: Child | undefined,
  desired: Child,
  resource: Resource<unknown>,
  applying: Applying,
  objection?: Objection,
): Promise<void> {
  beforeWrite(applying);
  await storeOf(desired, applying).write(desired.metadata, () =>
    seen === undefined ? create(desired, resource, applying, objection) : change(seen, desired, applying),
  );
  applying.log.info({ child: `${desired.kind}/${desired.metadata.name}` }, 'wrote child');
}

/** A POST, so that two runs can never both make a CA: the second one finds the name taken. */
async function create(
  desired: Child,
  resource: Resource<unknown>,
  applying: Applying,
  objection?: Objection,
): Promise<Child> {
  const type = childType(desired);
  const created = await applying.kube.create(type, desired, applying.signal);
  if (created.kind === 'created') return created.object as Child;
  const { namespace, name } = desired.metadata;
  const existing = await applying.kube.get(type, { namespace, name }, applying.signal);
  // Gone again between the two calls: the next run finds the name free.
  if (existing !== undefined && isHandedTo(existing, resource))
    await takeOver(existing as Secret, desired, resource, applying, objection);
  else if (existing !== undefined) await recognise(existing, desired, resource, applying);
  throw transient('Conflict', `The ${desired.kind} ${name} was created meanwhile`);
}

/** Ours, yet unseen: without our labels the watch has lost it. With them back the next run reads its content. */
async function recognise(
  existing: KubeObject,
  desired: Child,
  resource: Resource<unknown>,
  applying: Applying,
): Promise<void> {
  if (!isControlledBy(existing, resource)) throw foreign(existing, resource);
  if (isLabelled(existing, desired)) return;
  const { labels, namespace, name } = desired.metadata;
  const { kube, signal } = applying;
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
  applying: Applying,
  objection?: Objection,
): Promise<void> {
  const { namespace, name, resourceVersion, ownerReferences = [] } = handed.metadata;
  const against = objection?.(handed);
  if (against !== undefined) {
    throw permanent('AdoptionRefused', `The Secret ${name} is not taken over: ${against.message}`);
  }
  const { labels, ownerReferences: ours = [] } = desired.metadata;
  const metadata = { resourceVersion, labels, ownerReferences: [...ownerReferences, ...ours] };
  const { kube, signal } = applying;
  await kube.mergePatch(secrets, { namespace, name }, { metadata }, { signal });
  const note = `Took over the Secret ${name}, as its annotation asks for: it belongs to this resource from now on`;
  recordEvent(resource, { type: 'Normal', reason: 'Adopted', action: 'Adopt', note }, applying);
}

/** Only what we own, and only if nobody wrote since we read: fields that others added stay. */
async function change(seen: Child, desired: Child, { kube, signal }: Applying): Promise<Child> {
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

export function storeOf({ kind }: Child, applying: Applying): Store<Child> {
  return (kind === 'Secret' ? applying.secrets : applying.configMaps) as Store<Child>;
}
