import type { Finding } from '../../std/finding.ts';
import { finish, type Steps } from '../../std/steps.ts';
import { type PathCertificate, readCertificate } from './certificate.ts';
import { limits } from './limits.ts';

/** A trust bundle of all public CAs is about 220 KiB; etcd holds no more than 1.5 MiB in one object. */
export const maximumLength = 1024 * 1024;

/** RFC 7468 2: what begins a line as a boundary, whatever its label. */
const beginning = /^-----BEGIN ([^\r\n]{0,64}?)-----/gm;
/** What stands between the boundaries cannot match the end, and nothing matches in two ways, so time stays linear. */
const certificateBlock =
  /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/\s]+={0,2})\s{1,4}-----END CERTIFICATE-----(?=\s|$)/;
/** A generous limit for one block: base64 of the largest certificate, and line ends. */
const blockLength = 2 * limits.certificateSize;

export interface PemCertificates {
  readonly certificates: readonly PathCertificate[];
  /** Each makes the text unfit; the certificates are then what could be read nonetheless. */
  readonly findings: readonly Finding[];
}

/**
 * All certificates of a text in their order; text between blocks is passed over (RFC 7468 5.2). What is in a block that
 * is not read is never repeated in a finding, as it may be a key. At most `atMost` certificates are read.
 */
export function readPemCertificates(text: string, atMost: number): PemCertificates {
  return finish(pemCertificates(text, atMost));
}

/** How many blocks of certificates the text begins, whatever is in them. */
export function countCertificates(text: string): number {
  return startsOf(text).filter(isCertificate).length;
}

/** As `readPemCertificates`, with a step for each certificate. */
export function* pemCertificates(text: string, atMost: number): Steps<PemCertificates> {
  if (text.length > maximumLength) {
    return { certificates: [], findings: [finding('PemTooLarge', `is larger than ${maximumLength / 1024} KiB`)] };
  }
  const starts = startsOf(text);
  const blocks = starts.filter(isCertificate);
  const read: (PathCertificate | Finding)[] = [];
  for (const { index } of blocks.slice(0, atMost)) {
    read.push(readBlock(text.slice(index, index + blockLength)));
    yield;
  }
  return {
    certificates: read.filter((one): one is PathCertificate => !('reason' in one)),
    findings: [
      ...findUnfitBlocks(starts.map(({ label }) => label)),
      ...(blocks.length === 0 ? [finding('CertificateMissing', 'has no PEM block of type CERTIFICATE')] : []),
      ...(blocks.length > atMost ? [finding('TooManyCertificates', `has more than ${atMost} certificates`)] : []),
      ...read.filter((one) => 'reason' in one).slice(0, 1),
    ],
  };
}

function startsOf(text: string) {
  return Array.from(text.matchAll(beginning), ({ index, 1: label = '' }) => ({ index, label }));
}

function isCertificate({ label }: { readonly label: string }): boolean {
  return label === 'CERTIFICATE';
}

/** Blocks of other types are passed over by OpenSSL too, but for its own types of certificates. */
function findUnfitBlocks(labels: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  if (labels.some((label) => label.includes('PRIVATE KEY'))) {
    findings.push(finding('PrivateKeyAmongCertificates', 'holds a private key where only certificates belong'));
  }
  if (labels.some((label) => label !== 'CERTIFICATE' && label.endsWith('CERTIFICATE'))) {
    findings.push(finding('PemTypeUnsupported', 'has a certificate of another PEM type than CERTIFICATE'));
  }
  return findings;
}

function finding(reason: string, what: string): Finding {
  return { reason, message: `The text ${what}` };
}

function readBlock(text: string): PathCertificate | Finding {
  const base64 = certificateBlock.exec(text)?.[1];
  if (base64 === undefined) return finding('PemDamaged', 'has a damaged PEM block of type CERTIFICATE');
  return readCertificate(Buffer.from(base64, 'base64'));
}
