import type { Resource } from '../../api/kinds.ts';
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

/** The resources whose clients may still need the previous CA, each as the end of a sentence. */
export function sharersWaitedFor(rotation: Rotation, { neighbours }: Pick<Observed, 'neighbours'>): readonly string[] {
  const { other, signing, caSecret } = rotation;
  if (other.phase !== 'previous') return [];
  return neighbours
    .sharers(caSecret)
    .filter((sharer) => mayNeedPrevious(sharer, signing.facts.sha256Fingerprint))
    .map(({ kind, metadata }) => `the ${kind} ${metadata.name}, ${bySharing}`)
    .sort();
}

/** The end of a sentence about the CA that `ca.crt` of the shared Secret names. */
export function namedIn(secretName: string): string {
  return `${bundle} ${secretName} to name the other CA no more`;
}

const bySharing = 'which has its CA from the same Secret, to need the previous CA no more';
const bundle = 'ca.crt in the Secret';

function mayNeedPrevious({ metadata, status }: Resource<unknown>, signing: string): boolean {
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
