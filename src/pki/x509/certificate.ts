import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Finding } from '../../std/finding.ts';
import { oid, readOid } from '../der/object-identifiers.ts';
import { readTree } from '../der/tree.ts';
import { nameKeyAlgorithm } from '../keys/algorithm.ts';
import { limits } from '../limits.ts';
import { type DistinguishedName, isSameName, readDistinguishedName, textsOf } from '../names/distinguished-name.ts';
import { remembered } from '../remembered.ts';
import { readTbs, readTime } from './encoded-certificate.ts';
import { type Extensions, keyUsageBits, readExtensions } from './extensions.ts';
import type { Validity } from './validity.ts';

/** What a certificate says of itself. Nothing here says that it is to be trusted. */
export interface Certificate extends Validity, Extensions {
  readonly der: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The most specific one, as OpenSSL and NGINX take it. */
  readonly commonName: string | undefined;
  /** Of a CA of ours, what tells its generations apart; not the number of the certificate. */
  readonly subjectSerialNumber: string | undefined;
  /** Same subject and issuer (RFC 5280 3.2), which says nothing of who signed it. */
  readonly isSelfIssued: boolean;
  /** Lower-case hex of the INTEGER's octets without the sign. */
  readonly serialNumber: string;
  /** Content octets of the INTEGER, as encoded. */
  readonly serialOctets: Uint8Array;
  /** Lower-case hex, over the DER of the whole certificate. */
  readonly sha256Fingerprint: string;
  /** The direction of TLS, where the certificate is for exactly that one and nothing else. */
  readonly usage: 'server' | 'client' | undefined;
  /** May sign certificates: cA, and keyCertSign where the key usage is restricted. */
  readonly isCa: boolean;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, as it stands there. */
  readonly publicKeyDer: Uint8Array;
  /** One of `KeyAlgorithm`, or the name of another: `RSA-1024`. */
  readonly keyAlgorithm: string;
  /** The curve is spelt out where its name belongs (RFC 5480 2.1.1). */
  readonly hasExplicitCurve: boolean;
  /** Object identifier. */
  readonly signatureAlgorithm: string;
  /** For signatures, host names and private keys, which OpenSSL checks. */
  readonly x509: X509Certificate;
}

/** From the DER of one certificate. Never throws: what OpenSSL and we do not both read as the same is a finding. */
export function readCertificate(der: Uint8Array): Certificate | Finding {
  if (der.byteLength > limits.certificateSize) {
    return unreadable(`A certificate is larger than ${limits.certificateSize / 1024} KiB`);
  }
  try {
    return openDer(der);
  } catch {
    return unreadable('A certificate is damaged, or has an extension that is malformed or there twice');
  }
}

export function unreadable(message: string): Finding {
  return { reason: 'CertificateUnreadable', message };
}

/** The only reader of certificates, of any size; throws where it is none. What was read before costs a digest. */
export const openDer = remembered((octets: Uint8Array, sha256Fingerprint: string): Certificate => {
  // Octets of a Buffer lie in a pool of 64 KiB, which whoever keeps them keeps whole.
  const der = new Uint8Array(octets);
  const x509 = new X509Certificate(der);
  if (!x509.raw.equals(der)) throw new Error('more than a certificate');
  const [tbs, signatureAlgorithm] = readTree(der).children;
  const encoded = readTbs(tbs);
  const [subject, issuer] = [readDistinguishedName(encoded.subject), readDistinguishedName(encoded.issuer)];
  const { publicKey } = x509;
  const extensions = readExtensions(encoded.extensions);
  // RFC 5280 4.1.2.9: only version 3 has them.
  if (encoded.version !== 3 && encoded.extensions.length > 0) throw new Error('extensions before version 3');
  const [notBefore, notAfter] = encoded.validity.children.map(readTime);
  if (notBefore === undefined || notAfter === undefined) throw new Error('no period of validity');
  return {
    ...{ der, x509, subject, issuer, notBefore, notAfter, publicKey, sha256Fingerprint, ...extensions },
    version: encoded.version,
    commonName: textsOf(subject, 'commonName').at(-1),
    subjectSerialNumber: textsOf(subject, 'serialNumber').at(-1),
    isSelfIssued: isSameName(subject, issuer),
    serialNumber: x509.serialNumber.toLowerCase(),
    serialOctets: encoded.serialNumber.content,
    usage: usageOf(extensions),
    isCa: maySign(extensions),
    publicKeyDer: encoded.publicKey.der,
    keyAlgorithm: nameKeyAlgorithm(publicKey),
    hasExplicitCurve: encoded.publicKey.children[0]?.children[1]?.tag === 0x30,
    signatureAlgorithm: readOid(signatureAlgorithm?.children[0]),
  };
});

function usageOf({ extendedKeyUsage: [purpose, ...others] = [] }: Extensions): Certificate['usage'] {
  if (others.length > 0) return undefined;
  if (purpose === oid.serverAuth) return 'server';
  return purpose === oid.clientAuth ? 'client' : undefined;
}

function maySign({ basicConstraints, keyUsage }: Extensions): boolean {
  return basicConstraints?.isCa === true && (keyUsage === undefined || keyUsage.includes(keyUsageBits.keyCertSign));
}

/** Whether the key made the signature of the certificate. */
export function isSignedBy({ x509 }: Certificate, publicKey: KeyObject): boolean {
  try {
    // DSA is never fit, and somebody could choose its parameters so that one signature takes long.
    return publicKey.asymmetricKeyType !== 'dsa' && x509.verify(publicKey);
  } catch {
    return false;
  }
}

/** Self-issued, and by its own key: the shape of a root. */
export function isSelfSigned(certificate: Certificate): boolean {
  return certificate.isSelfIssued && isSignedBy(certificate, certificate.publicKey);
}
