import { type KeyObject, X509Certificate } from 'node:crypto';
import { fromBER, Sequence } from 'asn1js';
import { Certificate } from 'pkijs';
import type { Finding } from '../../std/finding.ts';
import { remembered } from '../remembered.ts';
import type { Validity } from '../validity.ts';
import { type DistinguishedName, isSameName, readDistinguishedName } from './distinguished-name.ts';
import { type PathExtensions, readExtensions } from './extensions.ts';
import { limits } from './limits.ts';

/** A certificate as path validation sees it. Nothing here says that it is to be trusted. */
export interface PathCertificate extends Validity, PathExtensions {
  readonly der: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Same subject and issuer (RFC 5280 3.2), which says nothing of who signed it. */
  readonly isSelfIssued: boolean;
  /** Content octets of the INTEGER, as encoded. */
  readonly serialNumber: Uint8Array;
  readonly publicKey: KeyObject;
  /** The curve is spelt out where its name belongs (RFC 5480 2.1.1). */
  readonly hasExplicitCurve: boolean;
  /** Names the certificate's name and key: those of two that differ only in who vouches for them are equal. */
  readonly identity: string;
  /** Object identifier. */
  readonly signatureAlgorithm: string;
  /** For signatures, host names and private keys, which OpenSSL checks. */
  readonly x509: X509Certificate;
}

/** What there is to know of a certificate that somebody trusts, unless a path is judged. */
export type TrustedCertificate = Pick<PathCertificate, 'der' | 'notAfter' | 'x509'>;

/** From the DER of one certificate. Never throws: what OpenSSL and pkijs do not both read as the same is a finding. */
export function readCertificate(der: Uint8Array): PathCertificate | Finding {
  if (der.byteLength > limits.certificateSize) {
    return unreadable(`A certificate is larger than ${limits.certificateSize / 1024} KiB`);
  }
  try {
    return read(der);
  } catch {
    return unreadable('A certificate is damaged, or has an extension that is malformed or there twice');
  }
}

/** From what was taken for trusted before; throws where path validation cannot read it. */
export function requireCertificate(trusted: TrustedCertificate | PathCertificate): PathCertificate {
  return 'identity' in trusted ? trusted : read(trusted.der);
}

/** Whether the key made the signature of the certificate. */
export function isSignedBy({ x509 }: PathCertificate, publicKey: KeyObject): boolean {
  try {
    // DSA is never fit, and somebody could choose its parameters so that one signature takes long.
    return publicKey.asymmetricKeyType !== 'dsa' && x509.verify(publicKey);
  } catch {
    return false;
  }
}

/** Self-issued, and by its own key: the shape of a root. */
export function isSelfSigned(certificate: PathCertificate): boolean {
  return certificate.isSelfIssued && isSignedBy(certificate, certificate.publicKey);
}

function unreadable(message: string): Finding {
  return { reason: 'CertificateUnreadable', message };
}

const read = remembered((octets: Uint8Array): PathCertificate => {
  // Octets of a Buffer lie in a pool of 64 KiB, which whoever keeps them keeps whole.
  const der = new Uint8Array(octets);
  const x509 = new X509Certificate(der);
  if (!x509.raw.equals(der)) throw new Error('more than a certificate');
  const certificate = parseCertificate(der);
  const subject = readDistinguishedName(new Uint8Array(certificate.subject.valueBeforeDecode));
  const issuer = readDistinguishedName(new Uint8Array(certificate.issuer.valueBeforeDecode));
  const { publicKey } = x509;
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    der,
    x509,
    version: certificate.version + 1,
    subject,
    issuer,
    isSelfIssued: isSameName(subject, issuer),
    publicKey,
    serialNumber: new Uint8Array(certificate.serialNumber.valueBlock.valueHexView),
    hasExplicitCurve: certificate.subjectPublicKeyInfo.algorithm.algorithmParams instanceof Sequence,
    identity: JSON.stringify([subject.rdns, spki]),
    signatureAlgorithm: certificate.signatureAlgorithm.algorithmId,
    notBefore: instantOf(certificate.notBefore.value, x509.validFromDate),
    notAfter: instantOf(certificate.notAfter.value, x509.validToDate),
    ...readExtensions(extensionsOf(certificate)),
  };
});

/** Without `parseEmbedded`, a search for DER inside of keys and signatures that takes twice as long as all the rest. */
function parseCertificate(der: Uint8Array): Certificate {
  return new Certificate({ schema: fromBER(der, { parseEmbedded: false }).result });
}

function extensionsOf({ version, extensions = [] }: Certificate) {
  // RFC 5280 4.1.2.9: only version 3 has them. Versions are counted from 0.
  if (version !== 2 && extensions.length > 0) throw new Error('extensions before version 3');
  return extensions;
}

/** Two readers have to agree. Throws on a date that is none. */
function instantOf(one: Date, other: Date): Temporal.Instant {
  if (one.getTime() !== other.getTime()) throw new Error('unclear time');
  return Temporal.Instant.fromEpochMilliseconds(one.getTime());
}
