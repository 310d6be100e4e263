import type { Finding } from '../../std/finding.ts';
import { finish, type Steps } from '../../std/steps.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import { beginningsOf, contentOf, isCertificate, type PemBeginning } from '../x509/pem.ts';

/** A trust bundle of all public CAs is about 220 KiB; etcd holds no more than 1.5 MiB in one object. */
export const maximumLength = 1024 * 1024;

export interface PemCertificates {
  readonly certificates: readonly Certificate[];
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

/** As `readPemCertificates`, with a step for each certificate. */
export function* pemCertificates(text: string, atMost: number): Steps<PemCertificates> {
  if (text.length > maximumLength) {
    return { certificates: [], findings: [finding('PemTooLarge', `is larger than ${maximumLength / 1024} KiB`)] };
  }
  const beginnings = beginningsOf(text);
  const blocks = beginnings.filter(isCertificate);
  const read: (Certificate | Finding)[] = [];
  for (const block of blocks.slice(0, atMost)) {
    read.push(readBlock(text, block));
    yield;
  }
  return {
    certificates: read.filter((one): one is Certificate => !('reason' in one)),
    findings: [
      ...findUnfitBlocks(beginnings.map(({ label }) => label)),
      ...(blocks.length === 0 ? [finding('CertificateMissing', 'has no PEM block of type CERTIFICATE')] : []),
      ...(blocks.length > atMost ? [finding('TooManyCertificates', `has more than ${atMost} certificates`)] : []),
      ...read.filter((one) => 'reason' in one).slice(0, 1),
    ],
  };
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

function readBlock(text: string, at: PemBeginning): Certificate | Finding {
  const der = contentOf(text, at);
  return der === undefined
    ? finding('PemDamaged', 'has a damaged PEM block of type CERTIFICATE')
    : readCertificate(der);
}
