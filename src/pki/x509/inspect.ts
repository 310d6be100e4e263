import type { Finding } from '../../std/finding.ts';
import { openPrivateKey } from '../keys/key-pair.ts';
import { type Certificate, openDer, unreadable } from './certificate.ts';
import { firstCertificate, isTooLarge } from './pem.ts';

/**
 * Reads the first certificate of a PEM text; in a chain that is the leaf (RFC 8446 4.4.2). Never throws: whatever is
 * not a certificate that both OpenSSL and we can read is a finding.
 */
export function inspectCertificate(pem: string): Certificate | Finding {
  if (isTooLarge(pem)) return unreadable('The text is larger than 64 KiB');
  const der = firstCertificate(pem);
  if (der === undefined) return unreadable('There is no whole PEM block of type CERTIFICATE');
  try {
    return openDer(der);
  } catch {
    return unreadable('The PEM block of type CERTIFICATE does not hold an X.509 certificate');
  }
}

/** The first certificate of the text; throws where there is none. */
export function openCertificate(pem: string): Certificate {
  return openDer(firstCertificate(pem) ?? new Uint8Array());
}

/** Whether the first certificate of one text names the first of the other as its issuer and bears its signature. */
export function isIssuedBy(certificatePem: string, caPem: string): boolean {
  return neverThrows(() => {
    const { x509 } = openCertificate(certificatePem);
    const ca = openCertificate(caPem);
    return x509.checkIssued(ca.x509) && x509.verify(ca.publicKey);
  });
}

/** Whether the private key belongs to the first certificate. */
export function matches(privateKeyPem: string, certificatePem: string): boolean {
  return neverThrows(() => {
    if (isTooLarge(privateKeyPem)) return false;
    return openCertificate(certificatePem).x509.checkPrivateKey(openPrivateKey(privateKeyPem));
  });
}

/** Material that cannot be read belongs to nobody. */
function neverThrows(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
