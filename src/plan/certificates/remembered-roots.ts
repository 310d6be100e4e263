import type { Secret } from '../../model/kube-object.ts';
import { limits } from '../../pki/limits.ts';
import { readTrustBundle } from '../../pki/path/trust-bundle.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import { permanent } from '../../std/failure.ts';
import type { Steps } from '../../std/steps.ts';
import { pemOf } from './external.ts';
import { decodeSecret, isFinding, keptRootsKey } from './held.ts';

/**
 * The CAs of bundles with `keepRemoved`, as a Secret of their own holds them: those that a bundle has, and those that one
 * had. A CA is written there while a bundle has it, so one that is found there and in no bundle was in one before. That
 * Secret is all that is remembered, and `ca.crt` of the other Secrets is never read for it.
 */
export type TrustList = 'clientTrust' | 'serverTrust';

export const trustLists: readonly TrustList[] = ['clientTrust', 'serverTrust'];

export interface RememberedRoot {
  readonly list: TrustList;
  readonly certificate: Certificate;
  /** Since when no bundle has it; left out: one has. */
  readonly since?: Temporal.Instant | undefined;
}

/** One that is in no bundle any more, and trusted. */
export type KeptRoot = RememberedRoot & { readonly since: Temporal.Instant };

export function isKept(root: RememberedRoot): root is KeptRoot {
  return root.since !== undefined;
}

type Printed = Readonly<Partial<Record<'list' | 'sha256' | 'since' | 'pem', string>>>;

/** What cannot be read is as if it were not there; the fingerprint says for each certificate that it is meant. */
export function readRemembered(secret: Secret | undefined): readonly RememberedRoot[] {
  try {
    const found = JSON.parse((secret && decodeSecret(secret, keptRootsKey)) || '[]') as readonly Printed[];
    return found.flatMap(toRoot);
  } catch {
    return [];
  }
}

function toRoot({ list: name, sha256, since, pem = '' }: Printed): readonly RememberedRoot[] {
  const list = trustLists.find((one) => one === name);
  const certificate = inspectCertificate(pem);
  if (list === undefined || isFinding(certificate) || certificate.sha256Fingerprint !== sha256) return [];
  return [{ list, certificate, ...(since !== undefined && { since: Temporal.Instant.from(since) }) }];
}

/** The same text for the same roots, whatever order they come in. */
function printRemembered(roots: readonly RememberedRoot[]): string {
  const printed = roots.map(({ list, certificate, since }) => ({
    list,
    sha256: certificate.sha256Fingerprint,
    ...(since && { since: since.toString() }),
    pem: pemOf([certificate]),
  }));
  const order = ({ list, sha256 }: (typeof printed)[number]) => `${list} ${sha256}`;
  return JSON.stringify(printed.toSorted((one, other) => (order(one) < order(other) ? -1 : 1)));
}

/** One list of the spec as it is now. */
export interface PresentTrust {
  readonly list: TrustList;
  /** Of all bundles, and of those that keep what is taken out of them; undefined: none of them does. */
  readonly all: readonly Certificate[];
  readonly keeping: readonly Certificate[] | undefined;
  /** What is trusted whatever the bundles say. */
  readonly anyway: readonly Certificate[];
}

/** Characters of the Secret; it may have 1 MiB in all. */
const longestText = 768 * 1024;

/**
 * What is to be remembered of a list: what its bundles have, and what they had, unless it is trusted anyway, a person has
 * named it, or it can vouch for nobody any more. Throws a permanent failure where that is too much: nothing is dropped.
 */
export function* remember(
  before: readonly RememberedRoot[],
  { list, all, keeping, anyway }: PresentTrust,
  { retired, now }: { readonly retired: readonly string[]; readonly now: Temporal.Instant },
): Steps<readonly RememberedRoot[]> {
  if (keeping === undefined) return [];
  const known = new Set([...fingerprints([...all, ...anyway]), ...retired]);
  const gone = before.filter((one) => one.list === list && !known.has(one.certificate.sha256Fingerprint));
  const together = [...all, ...gone.map(({ certificate }) => certificate)];
  if (gone.length > 0) requireRoom(list, [...anyway, ...together]);
  const usable = gone.length === 0 ? [] : (yield* readTrustBundle(pemOf(together), now)).anchors;
  const useful = new Set(fingerprints(usable));
  const present = [...new Map(keeping.map((one) => [one.sha256Fingerprint, one])).values()];
  return [
    ...present.map((certificate) => ({ list, certificate })),
    ...gone
      .filter(({ certificate }) => useful.has(certificate.sha256Fingerprint))
      .map(({ certificate, since = now }) => ({ list, certificate, since })),
  ];
}

function fingerprints(certificates: readonly Certificate[]): readonly string[] {
  return certificates.map(({ sha256Fingerprint }) => sha256Fingerprint);
}

function requireRoom(list: TrustList, all: readonly Certificate[]): void {
  const count = new Set(fingerprints(all)).size;
  if (count > limits.anchors) throw tooMany(`spec.${list}`, `${limits.anchors} certificates`);
}

/** The text of the Secret; throws a permanent failure where it is longer than that can hold. */
export function requireText(roots: readonly RememberedRoot[]): string {
  const text = printRemembered(roots);
  if (text.length > longestText)
    throw tooMany('spec.clientTrust, spec.serverTrust', `${longestText / 1024} KiB of text`);
  return text;
}

function tooMany(field: string, what: string) {
  return permanent(
    'TooManyKeptRoots',
    `${field}: the bundles, with the CAs that were taken out of them and are kept, have more than ${what} in all; nothing is changed: put fewer CAs there, or name those that nobody needs in the annotation mtls-operator.dev/retire-root`,
  );
}
