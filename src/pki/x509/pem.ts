/** Ten RSA-4096 certificates fit; a Secret of megabytes is refused before anything reads it. */
const maximumLength = 64 * 1024;

/** RFC 7468 2: what begins a line as a boundary, whatever its label. */
const beginning = /^-----BEGIN ([^\r\n]{0,64}?)-----/gm;
/**
 * RFC 7468 2: each boundary has a line of its own. What stands between the boundaries cannot match the end, and nothing
 * matches in two ways, so time stays linear.
 */
const block = /^-----BEGIN ([^\r\n]{0,64}?)-----\s([A-Za-z0-9+/\s]+={0,2})\s{1,4}-----END \1-----(?=\s|$)/;

/** Where a block begins, whatever is in it. */
export interface PemBeginning {
  readonly label: string;
  readonly index: number;
}

export function isTooLarge(pem: string): boolean {
  return pem.length > maximumLength;
}

/** All blocks of a text in their order; text between them is passed over (RFC 7468 5.2). */
export function beginningsOf(text: string): readonly PemBeginning[] {
  return Array.from(text.matchAll(beginning), ({ index, 1: label = '' }) => ({ index, label }));
}

export function isCertificate({ label }: Pick<PemBeginning, 'label'>): boolean {
  return label === 'CERTIFICATE';
}

/** How many blocks of certificates the text begins, whatever is in them. */
export function countCertificates(text: string): number {
  return beginningsOf(text).filter(isCertificate).length;
}

/** The octets of the block that begins there; undefined where it is damaged, or longer than any that is read. */
export function contentOf(text: string, { index }: PemBeginning): Buffer | undefined {
  const base64 = block.exec(text.slice(index, index + maximumLength))?.[2];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

/** The first certificate of a text. A later one does not stand in for a first one that is damaged: it is another. */
export function firstCertificate(text: string): Buffer | undefined {
  const first = isTooLarge(text) ? undefined : beginningsOf(text).find(isCertificate);
  return first && contentOf(text, first);
}

/** RFC 7468 2: lines of 64 characters. */
export function toCertificatePem(der: Uint8Array): string {
  return toPem('CERTIFICATE', der);
}

export function toPem(label: 'CERTIFICATE' | 'X509 CRL', der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/**
 * All certificates of a text in base64, those of OpenSSL's own types too: the same one is the same text. One that is
 * damaged stands as it is written, so that it is equal to none that is not.
 */
export function certificatesIn(text: string): readonly string[] {
  const certificates = beginningsOf(text).filter(({ label }) => label.endsWith('CERTIFICATE'));
  return certificates.map((at) => contentOf(text, at)?.toString('base64') ?? text.slice(at.index));
}
