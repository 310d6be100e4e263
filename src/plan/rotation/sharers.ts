import type { Resource } from '../../api/kinds.ts';
import type { Status } from '../../api/status.ts';
import type { KubeObject } from '../../model/kube-object.ts';
import type { Observed } from '../observed.ts';
import type { Rotation } from './kept-ca.ts';

/**
 * Resources that have their CA from the same Secret rotate each for itself, and may have clients in common: one that
 * rejects the previous CA while another one still has clients of it would reject those. So they reject it together.
 */

/** The Secret that the spec names for its CA, parsed or not. */
export function broughtCaOf({ spec }: { readonly metadata: object; readonly spec?: unknown }): string | undefined {
  return (spec as { ca?: { secretRef?: { name?: string } } } | undefined)?.ca?.secretRef?.name;
}

/**
 * The resources whose clients may still need the previous CA, as the end of a sentence. It names one of them: that one
 * wakes who waits, and of a thousand each would wake a thousand otherwise.
 */
export function sharersWaitedFor(rotation: Rotation, { neighbours }: Pick<Observed, 'neighbours'>): readonly string[] {
  const { other, signing, caSecret } = rotation;
  if (other.phase !== 'previous') return [];
  const names = neighbours
    .sharers(caSecret)
    .filter((sharer) => mayNeedPrevious(sharer, signing.facts.sha256Fingerprint))
    .map(nameOf)
    .sort();
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length - 1;
  return [
    more === 0 ? `${first}, which has its ${bySharing}` : `${first} and ${more} more, which have their ${bySharing}`,
  ];
}

/** Whether the rotation of a resource waited for that one, and has to do so no more. */
export function isReleased(
  { status = {} }: { readonly status?: Status },
  sharer: KubeObject & { readonly status?: Status },
  isSharer: boolean,
): boolean {
  const { waitsFor = [], signing = '' } = status.rotation ?? {};
  const name = nameOf(sharer);
  const isNamed = waitsFor.some((wait) => wait.startsWith(`${name},`) || wait.startsWith(`${name} and `));
  const { metadata, status: said = {} } = sharer;
  return isNamed && !(isSharer && mayNeedPrevious({ metadata, status: said }, signing));
}

function nameOf({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return `the ${kind} ${metadata.name}`;
}

/** The end of a sentence about the CA that `ca.crt` of the shared Secret names. */
export function namedIn(secretName: string): string {
  return `${bundle} ${secretName} to name the other CA no more`;
}

const bySharing = 'CA from the same Secret, to need the previous CA no more';
const bundle = 'ca.crt in the Secret';

function mayNeedPrevious(
  { metadata, status }: Pick<Resource<unknown>, 'status'> & Pick<KubeObject, 'metadata'>,
  signing: string,
): boolean {
  const ca = status.certificates?.find(({ name }) => name === 'ca');
  if (metadata.deletionTimestamp !== undefined || ca === undefined) return false;
  if (ca.sha256Fingerprint !== signing) return true;
  const { rotation } = status;
  return rotation !== undefined && rotation.state !== 'Retired' && rotation.waitsFor.some(isOfItself);
}

/** What it waits for beside those that wait for it. */
function isOfItself(wait: string): boolean {
  return !wait.endsWith(bySharing) && !wait.startsWith(bundle);
}
