import type { RevokedNumber } from '../../api/revocation.ts';
import type { Secret } from '../../model/kube-object.ts';
import { type CrlReason, toSerial } from '../../pki/crl/draft.ts';
import { type Crl, isCrlOf, readCrl } from '../../pki/crl/read.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { backdating } from '../../pki/x509/validity.ts';
import { sha256Hex } from '../../std/digest.ts';
import { crlIn, type HeldCertificate, isFinding } from './held.ts';

/** What a list of revoked certificates shall say; its time and its signature come when it is made. */
export interface CrlContent {
  readonly issuer: HeldCertificate;
  /** By serial number, as `toSerial` has it; those that stood on the list before keep since when. */
  readonly entries: ReadonlyMap<string, { readonly reason: CrlReason; readonly revokedAt?: Temporal.Instant }>;
  /** The number of the list before; 0 where there was none. */
  readonly after: bigint;
}

/**
 * Once a list has ended, NGINX rejects every client (measured with 1.22 and 1.31: "CRL has expired"). So it lasts long and
 * is made anew early: the operator may be away for the 60 days between, longer than certificates last without it. Nobody
 * waits for the next list to learn what is revoked: each change makes a new one at once.
 */
export const crlLifetime = Temporal.Duration.from({ hours: 90 * 24 });
const reissuedAfter = Temporal.Duration.from({ hours: 30 * 24 });

/** When the list is to be made anew, whatever it says. */
export function reissueTime({ thisUpdate }: Pick<Crl, 'thisUpdate'>): Temporal.Instant {
  return thisUpdate.add(reissuedAfter);
}

/**
 * A serial number that stands on each of our lists and that no certificate has but one that is made for a probe: what
 * NGINX does with it shows what it does with the others. By it our lists are told from those of others, too.
 */
export function canarySerial({ sha256Fingerprint }: Pick<Certificate, 'sha256Fingerprint'>): string {
  const digest = Buffer.from(sha256Hex(`revoked canary\n${sha256Fingerprint}`).slice(0, 32), 'hex');
  // As `randomSerialNumber` makes them: positive, and never shorter.
  digest[0] = ((digest[0] ?? 0) & 0x3f) | 0x40;
  return digest.toString('hex');
}

/** Whether the spec says that the certificate is revoked. */
export function isRevoked({ serialNumber, issuer }: Certificate, revoked: readonly RevokedNumber[]): boolean {
  if (revoked.length === 0) return false;
  const [serial, name] = [toSerial(serialNumber), toRfc2253(issuer.der)];
  return revoked.some((one) => toSerial(one.serialNumber) === serial && one.issuer === name);
}

/** The list that the CA is to sign; `before` is the one that is there. */
export function crlContent(
  issuer: HeldCertificate,
  revoked: readonly RevokedNumber[],
  before: Crl | undefined,
): CrlContent {
  const name = toRfc2253(issuer.facts.subject.der);
  const ofThisCa = revoked.filter((one) => one.issuer === name);
  const all = new Map<string, CrlReason>([[canarySerial(issuer.facts), 'unspecified']]);
  for (const { serialNumber, reason } of ofThisCa) all.set(toSerial(serialNumber) ?? '', reason);
  const entries = Array.from(all, ([serial, reason]) => {
    const revokedAt = before?.entries.get(serial)?.revokedAt;
    return [serial, { reason, ...(revokedAt && { revokedAt }) }] as const;
  });
  return { issuer, entries: new Map(entries), after: before?.number ?? 0n };
}

/** The same for lists that say the same of the same CA. */
export function crlDigest({ issuer, entries }: CrlContent): string {
  const said = Array.from(entries, ([serial, { reason }]) => `${serial} ${reason}`);
  return sha256Hex([issuer.facts.sha256Fingerprint, ...said.sort()].join('\n'));
}

/** A list as it lies in a Secret. */
export interface HeldCrl {
  readonly pem: string;
  readonly crl: Crl;
}

/** We write two at most. Whoever may write to the Secret could put thousands there, each with a signature to verify. */
const mostLists = 2;

/** The list of that CA under `ca.crl` of the Secret, where it is one of ours. */
export function ownCrl(secret: Secret | undefined, ca: Certificate): HeldCrl | undefined {
  const lists = crlIn(secret)?.split(/(?<=-----END X509 CRL-----\n)/, mostLists) ?? [];
  for (const pem of lists) {
    const crl = readCrl(pem);
    if (!isFinding(crl) && crl.entries.has(canarySerial(ca)) && isCrlOf(crl, ca)) return { pem, crl };
  }
  return undefined;
}

/** Whether the list says what it shall and is not due: one from a clock that was ahead is no good to anybody either. */
export function doesCrlStand(crl: Crl, { entries }: CrlContent, now: Temporal.Instant): boolean {
  const isSame =
    crl.entries.size === entries.size &&
    [...entries].every(([serial, { reason }]) => crl.entries.get(serial)?.reason === reason);
  const isFromLater = Temporal.Instant.compare(crl.thisUpdate, now.add(backdating)) > 0;
  return isSame && !isFromLater && Temporal.Instant.compare(now, reissueTime(crl)) < 0;
}
