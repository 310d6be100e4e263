import { X509Certificate } from 'node:crypto';
import { toCertificatePem } from '../../../src/pki/x509/pem.ts';
import { TestCa } from '../../probe/openssl.ts';

/** As long as the number that takes its place. */
const marker = '<number>';

/** CA certificates with names of their own; their signatures are not, which nobody asks of an anchor. */
export function manyCas(count: number, name = 'CA'): string {
  const der = new X509Certificate(new TestCa(`${name} ${marker}`).pem).raw;
  return Array.from({ length: count }, (_, number) => toCertificatePem(renamed(der, number))).join('');
}

/** Subject and issuer alike. */
function renamed(der: Buffer, number: number): Buffer {
  const copy = Buffer.from(der);
  const name = String(number).padStart(marker.length, '0');
  for (let at = copy.indexOf(marker); at >= 0; at = copy.indexOf(marker)) copy.write(name, at);
  return copy;
}
