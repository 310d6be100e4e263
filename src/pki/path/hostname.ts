import type { Finding } from '../../std/finding.ts';
import type { Certificate } from '../x509/certificate.ts';

/** What ends in a number is an address (RFC 3986 3.2.2), which a DNS name of the same spelling does not cover. */
const hostname = /^(?:[a-z0-9_-]+\.)*(?!\d+$)[a-z0-9_-]+$/i;

/** Whether a subject alternative name covers the host or address; the common name does not count (RFC 9525 6.2). */
export function coversHost({ x509 }: Certificate, host: string): boolean {
  try {
    if (hostname.test(host)) return x509.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
    return x509.checkIP(host) !== undefined;
  } catch {
    // What is neither a host name nor an address.
    return false;
  }
}

export function checkHost(certificate: Certificate, host: string): Finding | undefined {
  if (coversHost(certificate, host)) return undefined;
  return {
    reason: 'HostNotCovered',
    message: `No subject alternative name of the certificate ${certificate.subject.text} covers the host`,
  };
}
