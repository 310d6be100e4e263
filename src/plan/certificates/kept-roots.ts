import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { Secret } from '../../model/kube-object.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import type { Steps } from '../../std/steps.ts';
import { ownChild } from '../children/child.ts';
import { holds, isControlledBy, keptRootsSecret, keptRootsSecretName } from '../children/secret.ts';
import type { Needed } from '../draft.ts';
import type { Material, Observed } from '../observed.ts';
import type { Step } from '../steps.ts';
import {
  isKept,
  type KeptRoot,
  type PresentTrust,
  type RememberedRoot,
  readRemembered,
  remember,
  requireText,
  type TrustList,
  trustLists,
} from './remembered-roots.ts';
import { type CertificateRequests, keepsRemoved } from './request.ts';
import { notesOf, retiredNote } from './root-notes.ts';

/** CAs that are trusted although no bundle has them any more, and all that their Secret holds. */
export interface KeptRoots {
  readonly kept: readonly KeptRoot[];
  readonly remembered: readonly RememberedRoot[];
  /** Left out: there is none, since nothing is to be remembered. */
  readonly secret?: Secret | undefined;
}

interface Asked {
  readonly resource: Resource<unknown>;
  readonly requests: Pick<CertificateRequests, TrustList>;
  /** What each source of a list has now. */
  readonly bundles: Readonly<Record<TrustList, readonly (readonly Certificate[])[]>>;
  /** Anchors of the CA of the resource. */
  readonly anyway: readonly Certificate[];
}

/** The name under which the failure of a write is kept. */
export const part = 'kept-roots';

/**
 * Which CAs stay trusted although a bundle lost them, and the write that remembers it: before anything else follows the
 * bundles, so that no crash loses one. To be called once all bundles were read and accepted.
 */
export function* planKeptRoots(asked: Asked, observed: Observed, now: Temporal.Instant): Steps<Needed | KeptRoots> {
  const { resource, requests } = asked;
  const { material, failed } = observed;
  const secret = secretOf(resource, requests, material);
  if (secret === undefined && !keepsRemoved(requests)) return { kept: [], remembered: [] };
  const before = readRemembered(secret);
  const demands = { retired: retiredRoots(resource), now };
  const remembered: RememberedRoot[] = [];
  for (const list of trustLists) remembered.push(...(yield* remember(before, presentTrust(list, asked), demands)));
  const failure = failed.get(part);
  const desired = keptRootsSecret(resource, requireText(remembered));
  if (secret !== undefined && holds(secret, desired)) return { kept: remembered.filter(isKept), remembered, secret };
  if (failure !== undefined) throw failure;
  const said = {
    isAsked: (list: TrustList) => requests[list].some(({ keepRemoved }) => keepRemoved === true),
    ...demands,
  };
  return { steps: [{ part, do: 'keepRoots', desired, seen: secret, notes: notesOf(before, remembered, said) }] };
}

/** Also where nothing is asked for any more: what it says must not be believed when something is asked for again. */
function secretOf(resource: Resource<unknown>, requests: Asked['requests'], { secrets, children }: Material) {
  const name = keptRootsSecretName(resource);
  if (keepsRemoved(requests)) return ownChild(secrets, name, resource);
  return children
    .filter((child) => child.kind === 'Secret')
    .find((child) => child.metadata.name === name && isControlledBy(child, resource));
}

function presentTrust(list: TrustList, { requests, anyway, bundles }: Asked): PresentTrust {
  const keeping = bundles[list].filter((_, index) => requests[list][index]?.keepRemoved === true);
  // One for each source, be it empty.
  return { list, all: bundles[list].flat(), anyway, keeping: keeping.length === 0 ? undefined : keeping.flat() };
}

/** SHA-256 of CAs that a person no longer wants to be kept. */
function retiredRoots({ metadata }: Resource<unknown>): readonly string[] {
  const value = metadata.annotations?.[annotations.retireRoot] ?? '';
  return value.split(/[\s,]+/).map((one) => one.replaceAll(':', '').toLowerCase());
}

/** What is kept of a list. */
export function keptOf({ kept }: KeptRoots, list: TrustList): readonly Certificate[] {
  return kept.filter((one) => one.list === list).map(({ certificate }) => certificate);
}

/** Without those that are trusted in that list for another reason. */
export function unlessTrusted(roots: KeptRoots, list: TrustList, anchors: readonly Certificate[]): KeptRoots {
  const others = new Set(anchors.map(({ sha256Fingerprint }) => sha256Fingerprint));
  const isOther = ({ certificate }: KeptRoot) => others.has(certificate.sha256Fingerprint);
  return { ...roots, kept: roots.kept.filter((one) => one.list !== list || !isOther(one)) };
}

/** Has them forgotten, since nobody needs them; `why` is the end of a sentence. */
export function forgetStep(
  { remembered, secret }: KeptRoots,
  gone: readonly KeptRoot[],
  resource: Resource<unknown>,
  why: string,
): Step {
  const left = remembered.filter((one) => !isKept(one) || !gone.includes(one));
  const desired = keptRootsSecret(resource, requireText(left));
  return { part, do: 'keepRoots', desired, seen: secret, notes: [retiredNote(gone, why)] };
}
