import { createPrivateKey, X509Certificate } from 'node:crypto';
import { OctetString } from 'asn1js';
import { AuthorityKeyIdentifier, type Certificate, NameConstraints as ParsedConstraints } from 'pkijs';
import type { Finding } from '../std/finding.ts';
import { nameKeyAlgorithm } from './algorithm.ts';
import { toHex } from './der.ts';
import { parseGeneralNames } from './general-names.ts';
import { findAttribute, findCommonName, formatName } from './name.ts';
import { type NameConstraints, readNameConstraints } from './name-constraints.ts';
import { oid } from './object-identifiers.ts';
import { parseCertificate } from './parsed-certificate.ts';
import { findCertificatePem, isTooLarge } from './pem.ts';
import { remembered } from './remembered.ts';
import { readGeneralName, type SubjectAltName } from './subject-alt-name.ts';
import type { Validity } from './validity.ts';

/** What a certificate says of itself. Nothing here says that it is to be trusted. */
export interface CertificateFacts extends Validity {
  readonly commonName: string | undefined;
  /** Of a CA of ours, what tells its generations apart; not the number of the certificate. */
  readonly subjectSerialNumber: string | undefined;
  /** `CN=ROOTCA,serialNumber=0011223344556677`, in the order of the certificate; for people. */
  readonly subject: string;
  readonly issuer: string;
  readonly subjectDer: Uint8Array;
  /** Lower-case hex of the INTEGER's octets without the sign. */
  readonly serialNumber: string;
  /** Lower-case hex, over the DER of the whole certificate. */
  readonly sha256Fingerprint: string;
  readonly subjectAltNames: readonly SubjectAltName[];
  /** The DNS names among them. */
  readonly dnsNames: readonly string[];
  /** Object identifiers; empty: the certificate does not restrict its use. */
  readonly extendedKeyUsage: readonly string[];
  /** The direction of TLS, where the certificate is for exactly that one and nothing else. */
  readonly usage: 'server' | 'client' | undefined;
  /** May sign certificates: cA, and keyCertSign where the key usage is restricted. */
  readonly isCa: boolean;
  /** One of `KeyAlgorithm`, or the name of another: `RSA-1024`. */
  readonly keyAlgorithm: string;
  readonly publicKeyDer: Uint8Array;
  /** Lower-case hex. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Of a CA: what it may certify; undefined where nothing is said. */
  readonly nameConstraints: NameConstraints | undefined;
}

/**
 * Reads the first certificate of a PEM text; in a chain that is the leaf (RFC 8446 4.4.2). Never throws: whatever is
 * not a certificate that both OpenSSL and pkijs can read is a finding.
 */
export function inspectCertificate(pem: string): CertificateFacts | Finding {
  if (isTooLarge(pem)) return unreadable('The text is larger than 64 KiB');
  if (findCertificatePem(pem) === undefined) return unreadable('There is no whole PEM block of type CERTIFICATE');
  try {
    return readFacts(openCertificate(pem).raw);
  } catch {
    return unreadable('The PEM block of type CERTIFICATE does not hold an X.509 certificate');
  }
}

/** Whether the first certificate of one text names the first of the other as its issuer and bears its signature. */
export function isIssuedBy(certificatePem: string, caPem: string): boolean {
  return neverThrows(() => {
    const certificate = openCertificate(certificatePem);
    const ca = openCertificate(caPem);
    return certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
  });
}

/** Whether the private key belongs to the first certificate. */
export function matches(privateKeyPem: string, certificatePem: string): boolean {
  return neverThrows(() => {
    if (isTooLarge(privateKeyPem)) return false;
    return openCertificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));
  });
}

/** The first certificate of the text; throws where there is none. */
function openCertificate(pem: string): X509Certificate {
  return new X509Certificate(findCertificatePem(pem) ?? '');
}

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

const readFacts = remembered((der: Uint8Array): CertificateFacts => {
  const x509 = new X509Certificate(der);
  const certificate = parseCertificate(x509.raw);
  const { publicKey } = x509;
  const constraints = find(certificate, oid.nameConstraints, ParsedConstraints);
  const subjectAltNames = readSubjectAltNames(certificate);
  // node:crypto calls the extended key usage so, and has undefined where there is none, against its own types.
  const extendedKeyUsage: readonly string[] = x509.keyUsage ?? [];
  return {
    commonName: findCommonName(certificate.subject),
    subjectSerialNumber: findAttribute(certificate.subject, 'serialNumber'),
    subject: formatName(certificate.subject),
    issuer: formatName(certificate.issuer),
    subjectDer: new Uint8Array(certificate.subject.valueBeforeDecode),
    serialNumber: x509.serialNumber.toLowerCase(),
    sha256Fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: Temporal.Instant.fromEpochMilliseconds(certificate.notBefore.value.getTime()),
    notAfter: Temporal.Instant.fromEpochMilliseconds(certificate.notAfter.value.getTime()),
    subjectAltNames,
    dnsNames: subjectAltNames.filter(({ type }) => type === 'DNS').map(({ value }) => value),
    extendedKeyUsage,
    usage: toUsage(extendedKeyUsage),
    isCa: x509.ca,
    keyAlgorithm: nameKeyAlgorithm(publicKey),
    publicKeyDer: publicKey.export({ type: 'spki', format: 'der' }),
    subjectKeyId: hexOf(find(certificate, oid.subjectKeyIdentifier, OctetString)),
    authorityKeyId: hexOf(find(certificate, oid.authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier),
    nameConstraints: constraints && readNameConstraints(constraints),
  };
});

function readSubjectAltNames({ extensions = [] }: Certificate): readonly SubjectAltName[] {
  const extension = extensions.find(({ extnID }) => extnID === oid.subjectAltName);
  if (extension === undefined) return [];
  return parseGeneralNames(extension.extnValue.valueBlock.valueHexView).map(readGeneralName);
}

/** The parsed value of an extension; undefined where the certificate has none. Throws where it is malformed. */
function find<Value extends object>(
  certificate: Certificate,
  extnID: string,
  type: new () => Value,
): Value | undefined {
  const extension = certificate.extensions?.find((candidate) => candidate.extnID === extnID);
  if (extension === undefined) return undefined;
  const value = extension.parsedValue;
  if (!(value instanceof type) || 'parsingError' in value) throw new Error(`malformed extension ${extnID}`);
  return value;
}

function hexOf(octets: OctetString | undefined): string | undefined {
  return octets === undefined ? undefined : toHex(octets.valueBlock.valueHexView);
}

function toUsage([purpose, ...others]: readonly string[]): 'server' | 'client' | undefined {
  if (others.length > 0) return undefined;
  if (purpose === oid.serverAuth) return 'server';
  return purpose === oid.clientAuth ? 'client' : undefined;
}
