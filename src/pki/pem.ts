/** Ten RSA-4096 certificates fit; a Secret of megabytes is refused before anything reads it. */
const maximumLength = 64 * 1024;

const beginning = /^-----BEGIN CERTIFICATE-----/m;
/** RFC 7468 2: each boundary has a line of its own. What stands between cannot match the end, so time stays linear. */
const block = /^-----BEGIN CERTIFICATE-----\s[^-]+\n-----END CERTIFICATE-----(?=\s|$)/;

export function isTooLarge(pem: string): boolean {
  return pem.length > maximumLength;
}

/** The first certificate of a text. A later one does not stand in for a first one that is damaged: it is another. */
export function findCertificatePem(text: string): string | undefined {
  return isTooLarge(text) ? undefined : blockAt(text, text.search(beginning));
}

function blockAt(text: string, index: number): string | undefined {
  return index < 0 ? undefined : block.exec(text.slice(index))?.[0];
}

/** RFC 7468 2: lines of 64 characters. */
export function toCertificatePem(der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
