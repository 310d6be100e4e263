import type { CertificateStatus, FormerCertificate, Status } from '../../api/status.ts';

/** What a plan says of certificates that are revoked. */
export interface Revoked {
  /** Names of clients of which every certificate is, as `client/curl`. */
  readonly names: readonly string[];
  /** SHA-256 of those that the spec names so: what they belong to is known by this record alone. */
  readonly fingerprints: readonly string[];
}

const nothing: Revoked = { names: [], fingerprints: [] };

/** About 150 kB of a status. A client has one or two by renewal alone, and there are 100 clients at most. */
const recordsAtMost = 500;

/**
 * The record of client certificates that are not current any more and would still be let in: a renewal does not end the
 * one before it. In the status, which a crash between two writes does not lose (what is compared with the Secrets next is
 * what was written last) and whose subresource only the operator may write. What is revoked goes last when it is full.
 */
export function formerCertificates(
  { certificates: before = [], formerCertificates: known = [] }: Status,
  current: readonly CertificateStatus[],
  { names, fingerprints } = nothing,
  now: Temporal.Instant,
): FormerCertificate[] {
  const isCurrent = (one: FormerCertificate) =>
    current.some(({ sha256Fingerprint }) => sha256Fingerprint === one.sha256Fingerprint);
  const isOver = ({ notAfter }: FormerCertificate) =>
    Temporal.Instant.compare(Temporal.Instant.from(notAfter), now) < 0;
  // One that is revoked stays so, also where somebody puts it back into its Secret.
  const all = [...before.flatMap(recordOf), ...known].filter(
    (one) =>
      (one.revoked === true || !isCurrent(one)) && (!isOver(one) || fingerprints.includes(one.sha256Fingerprint)),
  );
  const marked = all.map((one) => (names.includes(one.name) ? { ...one, revoked: true } : one));
  const distinct = [...new Map(marked.map((one) => [one.sha256Fingerprint, one])).values()];
  return distinct.toSorted(byImportance).slice(0, recordsAtMost);
}

/** Undefined issuer: written by an earlier version, or of no client. */
export function recordOf({
  name,
  serialNumber,
  sha256Fingerprint,
  issuer,
  notAfter,
}: CertificateStatus): FormerCertificate[] {
  return issuer === undefined ? [] : [{ name, serialNumber, sha256Fingerprint, issuer, notAfter }];
}

function byImportance(one: FormerCertificate, other: FormerCertificate): number {
  const [revoked, otherRevoked] = [one.revoked === true, other.revoked === true];
  if (revoked !== otherRevoked) return revoked ? -1 : 1;
  return other.notAfter.localeCompare(one.notAfter) || one.sha256Fingerprint.localeCompare(other.sha256Fingerprint);
}
