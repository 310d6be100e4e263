import type { Finding } from '../../std/finding.ts';
import type { Certificate } from '../x509/certificate.ts';

/** What is wrong with a certificate for itself, wherever in a path it stands. */
export type CertificateRule = (certificate: Certificate, at: Temporal.Instant) => Finding | undefined;

/** Of whom somebody trusts: where the time of one has yet to come, our clock may have been set back. */
export const trustedCertificateRules: readonly CertificateRule[] = [isExpired, hasUnfitKey, hasUnknownDemand];

export const certificateRules: readonly CertificateRule[] = [isNotYetValid, ...trustedCertificateRules];

/** Not for a trust anchor: nobody verifies the signature of what is trusted as it is. */
export const issuedCertificateRules: readonly CertificateRule[] = [...certificateRules, hasUnfitSignature];

/** RFC 5280 4.1.2.5: both ends belong to the period. */
export function isNotYetValid({ subject, notBefore }: Certificate, at: Temporal.Instant): Finding | undefined {
  if (Temporal.Instant.compare(at, notBefore) >= 0) return undefined;
  return { reason: 'CertificateNotYetValid', message: `The certificate ${subject.text} is valid from ${notBefore} on` };
}

function isExpired({ subject, notAfter }: Certificate, at: Temporal.Instant): Finding | undefined {
  if (Temporal.Instant.compare(at, notAfter) <= 0) return undefined;
  return { reason: 'CertificateExpired', message: `The certificate ${subject.text} was valid until ${notAfter}` };
}

const fitKey = /^(RSA-(?:\d{5,}|[3-9]\d{3}|2(?:04[89]|0[5-9]\d|[1-9]\d\d))|ECDSA-P(256|384|521)|ED25519)$/i;

/** Security level 2 of OpenSSL: RSA of at least 2048 bits. DSA, other curves and Ed448 are not for TLS 1.3 everywhere. */
function hasUnfitKey({ subject, keyAlgorithm: algorithm }: Certificate): Finding | undefined {
  if (fitKey.test(algorithm)) return undefined;
  const reason = algorithm.startsWith('RSA-') ? 'KeyWeak' : 'KeyUnsupported';
  return { reason, message: `The certificate ${subject.text} has a key (${algorithm}) that TLS servers refuse` };
}

const fitSignatures: readonly string[] = [
  // sha256, sha384, sha512 WithRSAEncryption (RFC 4055 5); ecdsa-with-SHA256, 384, 512 (RFC 5758 3.2); Ed25519 (RFC 8410).
  ...['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13'],
  ...['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4', '1.3.101.112'],
];

/** MD2, MD5 and SHA-1 with RSA, SHA-1 with ECDSA and DSA. */
const weakSignatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2',
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10040.4.3': 'SHA-1',
};

function hasUnfitSignature({ subject, signatureAlgorithm }: Certificate): Finding | undefined {
  if (fitSignatures.includes(signatureAlgorithm)) return undefined;
  const weak = weakSignatures[signatureAlgorithm];
  if (weak !== undefined) {
    return {
      reason: 'SignatureWeak',
      message: `The certificate ${subject.text} is signed over ${weak}, which can be forged`,
    };
  }
  return {
    reason: 'SignatureUnsupported',
    message: `The certificate ${subject.text} is signed with the algorithm ${signatureAlgorithm}, which is not supported`,
  };
}

/** RFC 5280 4.2 and 6.1.4 (o): what is critical and not understood is refused; so are rules of policies. */
function hasUnknownDemand({ subject, refused: [first] }: Certificate): Finding | undefined {
  if (first === undefined) return undefined;
  return {
    reason: 'ExtensionUnsupported',
    message: `The certificate ${subject.text} has the extension ${first}, whose demands are not supported`,
  };
}
