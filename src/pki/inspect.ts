import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Finding } from '../std/finding.ts';
import { nameKeyAlgorithm } from './algorithm.ts';
import { toHex } from './der.ts';
import { readTree } from './der-tree.ts';
import { type EncodedCertificate, findExtension, readEncodedCertificate } from './encoded-certificate.ts';
import { parseGeneralNames } from './general-names.ts';
import { findAttribute } from './name.ts';
import { type NameConstraints, readNameConstraints } from './name-constraints.ts';
import { type OidName, oid } from './object-identifiers.ts';
import { findCertificatePem, isTooLarge } from './pem.ts';
import { remembered } from './remembered.ts';
import { readGeneralName, type SubjectAltName } from './subject-alt-name.ts';
import type { Validity } from './validity.ts';

/** What a certificate says of itself. Nothing here says that it is to be trusted. */
export interface CertificateFacts extends Validity {
  readonly commonName: string | undefined;
  /** Of a CA of ours, what tells its generations apart; not the number of the certificate. */
  readonly subjectSerialNumber: string | undefined;
  readonly subjectDer: Uint8Array;
  /** Lower-case hex of the INTEGER's octets without the sign. */
  readonly serialNumber: string;
  /** Lower-case hex, over the DER of the whole certificate. */
  readonly sha256Fingerprint: string;
  readonly subjectAltNames: readonly SubjectAltName[];
  /** The direction of TLS, where the certificate is for exactly that one and nothing else. */
  readonly usage: 'server' | 'client' | undefined;
  /** May sign certificates: cA, and keyCertSign where the key usage is restricted. */
  readonly isCa: boolean;
  /** One of `KeyAlgorithm`, or the name of another: `RSA-1024`. */
  readonly keyAlgorithm: string;
  /** SubjectPublicKeyInfo, as it stands there. */
  readonly publicKeyDer: Uint8Array;
  /** Lower-case hex. */
  readonly subjectKeyId: string | undefined;
  /** Of a CA: what it may certify; undefined where nothing is said. */
  readonly nameConstraints: NameConstraints | undefined;
}

export interface OpenCertificate {
  /** For signatures and private keys, which OpenSSL checks. */
  readonly x509: X509Certificate;
  readonly facts: CertificateFacts;
}

/**
 * Reads the first certificate of a PEM text; in a chain that is the leaf (RFC 8446 4.4.2). Never throws: whatever is
 * not a certificate that both OpenSSL and we can read is a finding.
 */
export function inspectCertificate(pem: string): CertificateFacts | Finding {
  if (isTooLarge(pem)) return unreadable('The text is larger than 64 KiB');
  const block = findCertificatePem(pem);
  if (block === undefined) return unreadable('There is no whole PEM block of type CERTIFICATE');
  try {
    return open(Buffer.from(block)).facts;
  } catch {
    return unreadable('The PEM block of type CERTIFICATE does not hold an X.509 certificate');
  }
}

/** The first certificate of the text; throws where there is none. */
export function openCertificate(pem: string): OpenCertificate {
  return open(Buffer.from(findCertificatePem(pem) ?? ''));
}

/** Whether the first certificate of one text names the first of the other as its issuer and bears its signature. */
export function isIssuedBy(certificatePem: string, caPem: string): boolean {
  return neverThrows(() => {
    const { x509 } = openCertificate(certificatePem);
    const { x509: ca } = openCertificate(caPem);
    return x509.checkIssued(ca) && x509.verify(ca.publicKey);
  });
}

/** Whether the private key belongs to the first certificate. */
export function matches(privateKeyPem: string, certificatePem: string): boolean {
  return neverThrows(() => {
    if (isTooLarge(privateKeyPem)) return false;
    return openCertificate(certificatePem).x509.checkPrivateKey(createPrivateKey(privateKeyPem));
  });
}

const open = remembered((pem: Uint8Array): OpenCertificate => {
  const x509 = new X509Certificate(pem);
  return { x509, facts: readFacts(x509) };
});

/** Material that cannot be read belongs to nobody. */
function neverThrows(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function unreadable(message: string): Finding {
  return { reason: 'CertificateUnreadable', message };
}

function readFacts(x509: X509Certificate): CertificateFacts {
  const encoded = readEncodedCertificate(x509.raw);
  const { subject } = encoded;
  const constraints = findExtension(encoded, 'nameConstraints');
  return {
    commonName: findAttribute(subject, 'commonName'),
    subjectSerialNumber: findAttribute(subject, 'serialNumber'),
    subjectDer: new Uint8Array(subject.der),
    serialNumber: x509.serialNumber.toLowerCase(),
    sha256Fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: Temporal.Instant.fromEpochMilliseconds(x509.validFromDate.getTime()),
    notAfter: Temporal.Instant.fromEpochMilliseconds(x509.validToDate.getTime()),
    subjectAltNames: readSubjectAltNames(encoded),
    usage: toUsage(x509.keyUsage),
    isCa: x509.ca,
    keyAlgorithm: nameKeyAlgorithm(x509.publicKey),
    publicKeyDer: new Uint8Array(encoded.publicKey.der),
    subjectKeyId: readOctets(encoded, 'subjectKeyIdentifier'),
    nameConstraints: constraints && readNameConstraints(constraints.value),
  };
}

function readSubjectAltNames(encoded: EncodedCertificate): readonly SubjectAltName[] {
  const extension = findExtension(encoded, 'subjectAltName');
  return extension === undefined ? [] : parseGeneralNames(extension.value).map(readGeneralName);
}

/** Lower-case hex of an extension that is an OCTET STRING; throws where it is another. */
function readOctets(encoded: EncodedCertificate, name: OidName): string | undefined {
  const extension = findExtension(encoded, name);
  if (extension === undefined) return undefined;
  const { tag, content } = readTree(extension.value);
  if (tag !== 0x04) throw new Error(`malformed extension ${name}`);
  return toHex(content);
}

/** node:crypto calls the extended key usage so, and has undefined where there is none, against its own types. */
function toUsage([purpose, ...others]: readonly string[] = []): 'server' | 'client' | undefined {
  if (others.length > 0) return undefined;
  if (purpose === oid.serverAuth) return 'server';
  return purpose === oid.clientAuth ? 'client' : undefined;
}
