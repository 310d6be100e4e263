import type { TlsPair, TrustAnchor } from '../model/gateway-state.ts';
import type { TrustedCertificate } from '../pki/path/certificate.ts';
import { pemOf } from '../plan/brought.ts';
import type { HeldCertificate } from '../plan/held-certificate.ts';

export function toTlsPair({ chainPem, keyPem, facts }: HeldCertificate): TlsPair {
  return { chainPem, keyPem, sha256Fingerprint: facts.sha256Fingerprint };
}

export function toTrustAnchors(certificates: readonly TrustedCertificate[]): readonly TrustAnchor[] {
  return certificates.map((certificate) => ({
    pem: pemOf([certificate]),
    sha256Fingerprint: certificate.x509.fingerprint256.replaceAll(':', '').toLowerCase(),
  }));
}
