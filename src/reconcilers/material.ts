import type { TlsPair, TrustAnchor } from '../model/gateway-state.ts';
import type { HeldCertificate } from '../plan/held-certificate.ts';

export function toTlsPair({ chainPem, keyPem, facts }: HeldCertificate): TlsPair {
  return { chainPem, keyPem, serialNumber: facts.serialNumber };
}

export function toTrustAnchor({ chainPem, facts }: HeldCertificate): TrustAnchor {
  return { pem: chainPem, sha256Fingerprint: facts.sha256Fingerprint };
}
