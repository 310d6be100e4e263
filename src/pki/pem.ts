import type { Finding } from '../std/finding.ts';

/** Ten RSA-4096 certificates fit; a Secret of megabytes is refused before anything reads it. */
const maximumLength = 64 * 1024;
/** A trust bundle of all public CAs is about 220 KiB; etcd holds no more than 1.5 MiB in one object. */
const maximumBundleLength = 1024 * 1024;

/** RFC 7468 2 and 5: both boundaries have a line of their own. No part matches what ends it, so time stays linear. */
const certificateBlock = /^-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+\n-----END CERTIFICATE-----(?=\s|$)/m;

export function isTooLarge(pem: string): boolean {
  return pem.length > maximumLength;
}

/** The first certificate of a text, as it stands there. */
export function findCertificatePem(text: string): string | undefined {
  return certificateBlock.exec(text)?.[0];
}

/** The certificates of a chain or trust bundle, one PEM each, in their order; other text and other blocks are left out. */
export function splitPem(text: string): readonly string[] | Finding {
  if (text.length > maximumBundleLength) {
    return { reason: 'BundleTooLarge', message: `The bundle is larger than ${maximumBundleLength / 1024} KiB` };
  }
  const blocks = text.matchAll(new RegExp(certificateBlock, 'gm'));
  return Array.from(blocks, ([pem]) => `${pem.replaceAll('\r\n', '\n')}\n`);
}

/** RFC 7468 2: lines of 64 characters. */
export function toCertificatePem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
