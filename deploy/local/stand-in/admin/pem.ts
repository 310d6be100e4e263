/**
 * PEM as a gateway reads it. It takes what real ones were seen to take (expired, reversed, with text or a private key
 * between the blocks, without a fitting key) and refuses what OpenSSL cannot read.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Refusal } from './refusal.ts';

const block = /^-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----\r?$[\s\S]*?^-----END \1-----\r?$/gm;
const header = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;

function parseBlock(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new Refusal(400, 'failed to parse cert: PEM_read_bio_X509_AUX() failed');
  }
}

/** The certificates of a PEM text, in its order. Throws a Refusal if one cannot be read or there is none. */
export function parseCertificates(text: string): readonly [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(block) ?? [];
  // A header that opens no whole block: cut short, or glued to the block before it.
  const whole = blocks.length === (text.match(header) ?? []).length;
  const [first, ...rest] = blocks.map(parseBlock);
  if (first === undefined || !whole) throw new Refusal(400, 'failed to parse cert: PEM_read_bio_X509_AUX() failed');
  return [first, ...rest];
}

/** Throws a Refusal for what is no private key, or an encrypted one. */
export function checkPrivateKey(text: string): void {
  try {
    createPrivateKey(text);
  } catch {
    throw new Refusal(400, 'failed to parse key: PEM_read_bio_PrivateKey() failed');
  }
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);

/** The times that answers show beside a certificate, in epoch seconds. */
export function validityOf(certificate: X509Certificate) {
  const end = seconds(certificate.validToDate);
  return { validity_start: seconds(certificate.validFromDate), validity_end: end, exptime: end };
}

/** DNS names of the SAN, or the CN where there is none. */
export function hostsOf(certificate: X509Certificate): readonly string[] {
  const names = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,"\s]+)/g)].map(([, name = '']) => name);
  if (names.length > 0) return names;
  const commonName = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  return commonName === undefined ? [] : [commonName];
}
