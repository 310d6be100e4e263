import type { Finding } from '../../std/finding.ts';
import { oid } from '../der/object-identifiers.ts';
import type { Certificate } from '../x509/certificate.ts';
import { keyUsageBits } from '../x509/extensions.ts';

/** What the last certificate of a path is for: a direction of TLS, or to issue leaves. */
export type Purpose = 'server' | 'client' | 'issuer';

/** As OpenSSL judges a peer: a server may do with a key for RSA key transport, a client has to sign. */
const usageOfLeaf = {
  server: [keyUsageBits.digitalSignature, keyUsageBits.keyEncipherment, keyUsageBits.keyAgreement],
  client: [keyUsageBits.digitalSignature, keyUsageBits.keyAgreement],
} as const;

const purposeIds = { server: oid.serverAuth, client: oid.clientAuth } as const;

/** RFC 5280 4.2.1.3: a certificate that does not restrict its use may be used for it. */
export function checkLeafUsage({ subject, keyUsage }: Certificate, purpose: Purpose): Finding | undefined {
  if (purpose === 'issuer' || keyUsage === undefined) return undefined;
  if (usageOfLeaf[purpose].some((bit) => keyUsage.includes(bit))) return undefined;
  return {
    reason: 'KeyUsageWrong',
    message: `The key usage of the certificate ${subject.text} does not allow it to be a TLS ${purpose}`,
  };
}

/**
 * RFC 5280 4.2.1.12, of leaves and, as OpenSSL and others do, of the CAs above them. anyExtendedKeyUsage does not
 * count, as it does not for OpenSSL.
 */
export function checkExtendedKeyUsage(
  { subject, extendedKeyUsage }: Certificate,
  purpose: Purpose,
): Finding | undefined {
  if (purpose === 'issuer' || extendedKeyUsage === undefined) return undefined;
  if (extendedKeyUsage.includes(purposeIds[purpose])) return undefined;
  return {
    reason: 'ExtendedKeyUsageWrong',
    message: `The extended key usage of the certificate ${subject.text} is not for a TLS ${purpose}`,
  };
}

/** RFC 5280 6.1.4 (k) and (n). A trust anchor of version 1 is taken for what it is trusted as. */
export function checkIsCa(certificate: Certificate, isAnchor: boolean): Finding | undefined {
  const { subject, version, basicConstraints, keyUsage } = certificate;
  const isTakenForCa = isAnchor && version < 3 && certificate.isSelfIssued;
  if (basicConstraints?.isCa !== true && !isTakenForCa) {
    return { reason: 'NotACa', message: `The certificate ${subject.text} is not that of a CA` };
  }
  if (keyUsage === undefined || keyUsage.includes(keyUsageBits.keyCertSign)) return undefined;
  return {
    reason: 'KeyUsageWrong',
    message: `The key usage of the CA certificate ${subject.text} does not allow it to sign certificates`,
  };
}
