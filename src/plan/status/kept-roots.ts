import { type KeptRootStatus, keptRootsAtMost } from '../../api/kept-roots.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import { toWholeSeconds } from '../../pki/x509/validity.ts';
import type { Finding } from '../../std/finding.ts';
import type { KeptRoot } from '../certificates/remembered-roots.ts';

/** CAs that no bundle has any more and that are trusted, those of longest standing first. */
export type KeptRootFindings = readonly KeptRootStatus[];

/** `waitOf`: what the CA is still needed for, as the end of a sentence. */
export function describeKept(roots: readonly KeptRoot[], waitOf: (root: KeptRoot) => string): KeptRootFindings {
  const described = roots.map((root) => ({
    list: root.list,
    subject: toRfc2253(root.certificate.subject.der),
    sha256Fingerprint: root.certificate.sha256Fingerprint,
    since: toWholeSeconds(root.since).toString(),
    notAfter: toWholeSeconds(root.certificate.notAfter).toString(),
    waitsFor: waitOf(root),
  }));
  const order = ({ since, list, sha256Fingerprint }: KeptRootStatus) => `${since} ${list} ${sha256Fingerprint}`;
  return described.toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** For the condition MaterialWarning: what is trusted is more than the bundles say. */
export function keptWarning(found: KeptRootFindings): readonly Finding[] {
  const [first] = found;
  if (first === undefined) return [];
  const more = found.length > 1 ? `, as are ${found.length - 1} more, see status.keptRoots` : '';
  const message = `spec.${first.list}: ${first.subject} is in no bundle any more since ${first.since} and is still trusted${more}; it waits for ${first.waitsFor}`;
  return [{ reason: 'RemovedRootTrusted', message }];
}

/** As far as the status shows them. */
export function keptRootStatus(found: KeptRootFindings): KeptRootStatus[] {
  return found.slice(0, keptRootsAtMost);
}
