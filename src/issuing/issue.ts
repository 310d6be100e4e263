import { type Draft, draftCa, draftClientLeaf, draftServerLeaf } from '../pki/issue/draft.ts';
import { issue as sign } from '../pki/issue/issue.ts';
import { randomGenerationSerial, randomSerialNumber } from '../pki/issue/serial-number.ts';
import type { KeyAlgorithm } from '../pki/keys/algorithm.ts';
import { generateKeyPair, type KeyPair, readKeyPair } from '../pki/keys/key-pair.ts';
import { LintedDraft } from '../pki/lint/linted-draft.ts';
import { inspectCertificate } from '../pki/x509/inspect.ts';
import { validityAt } from '../pki/x509/validity.ts';
import { type HeldCertificate, isFinding } from '../plan/certificates/held.ts';
import { namesOf } from '../plan/certificates/leaf-names.ts';
import type { CertificateRequest } from '../plan/certificates/request.ts';
import type { Clock } from '../std/clock.ts';
import { permanent } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';

/**
 * The issuing room: keys, drafts, signatures. The plan says what to issue; here it gets its key, serial number and time.
 * It knows no API server and no gateway.
 */
export interface Issuing {
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
}

export interface IssueInputs {
  /** Absent: a CA that signs itself. */
  readonly issuer?: HeldCertificate | undefined;
  /** What goes behind a leaf of an intermediate CA. */
  readonly intermediatesPem?: string;
  /** Kept if it is of the algorithm that is asked for; absent: a new key. */
  readonly keyPem?: string | undefined;
  /** How a new one is made; absent: at once. */
  readonly makeKey?: (algorithm: KeyAlgorithm) => Promise<KeyPair>;
}

/** A certificate for a key. What the lint objects to stalls. */
export async function issue(
  request: CertificateRequest,
  { issuer, intermediatesPem = '', keyPem, makeKey = generateKeyPair }: IssueInputs,
  issuing: Issuing,
): Promise<HeldCertificate> {
  const key = keptKey(request, keyPem) ?? (await makeKey(request.keyAlgorithm));
  const linted = LintedDraft.check(draft(request, issuer, key, issuing));
  if (!(linted instanceof LintedDraft)) throw permanent('CertificateRefused', refusal(request, linted));
  const { certificatePem } = await sign(linted, issuer?.keyPem ?? key.privateKeyPem);
  const facts = inspectCertificate(certificatePem);
  if (isFinding(facts)) throw new Error('a certificate that was just issued cannot be read');
  return { chainPem: certificatePem + intermediatesPem, keyPem: key.privateKeyPem, facts };
}

function keptKey({ keyAlgorithm }: CertificateRequest, keyPem: string | undefined): KeyPair | undefined {
  const key = keyPem === undefined ? undefined : readKeyPair(keyPem);
  return key === undefined || isFinding(key) || key.algorithm !== keyAlgorithm ? undefined : key;
}

function draft(
  request: CertificateRequest,
  issuer: HeldCertificate | undefined,
  { publicKeyDer }: KeyPair,
  { clock, randomBytes }: Issuing,
): Draft {
  const { role, duration, dnsNames, commonName = '', subject = {}, permittedDnsDomains = [] } = request;
  const validity = validityAt(clock.now(), duration, issuer?.facts);
  const common = { ...validity, publicKeyDer, subject, serialNumber: randomSerialNumber(randomBytes) };
  if (issuer === undefined) {
    const generationSerial = randomGenerationSerial(randomBytes);
    return draftCa({ ...common, commonName, generationSerial, permittedDnsSubtrees: permittedDnsDomains });
  }
  const leaf = { ...common, issuer: issuer.facts };
  return role === 'server'
    ? draftServerLeaf({ ...leaf, dnsNames, subjectAltNames: request.otherNames ?? [] })
    : draftClientLeaf({ ...leaf, commonName, subjectAltNames: namesOf(request) });
}

function refusal({ name }: CertificateRequest, findings: readonly Finding[]): string {
  return `The certificate ${name} would not be valid: ${findings.map(({ message }) => message).join('; ')}`;
}
