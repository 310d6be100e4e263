import assert from 'node:assert/strict';
import {
  type CaDraft,
  type Draft,
  draftCa,
  draftClientLeaf,
  draftServerLeaf,
  type LeafDraft,
} from '../../src/pki/issue/draft.ts';
import { type IssuedCertificate, issue } from '../../src/pki/issue/issue.ts';
import { randomSerialNumber } from '../../src/pki/issue/serial-number.ts';
import type { KeyAlgorithm } from '../../src/pki/keys/algorithm.ts';
import { generateKeyPair, type KeyPair } from '../../src/pki/keys/key-pair.ts';
import { LintedDraft } from '../../src/pki/lint/linted-draft.ts';
import type { DraftedName } from '../../src/pki/names/general-name.ts';
import type { NameFields } from '../../src/pki/names/name.ts';
import { readPemCertificates } from '../../src/pki/path/pem-blocks.ts';
import type { Certificate } from '../../src/pki/x509/certificate.ts';
import { inspectCertificate } from '../../src/pki/x509/inspect.ts';
import { type Validity, validityAt } from '../../src/pki/x509/validity.ts';

export const now = Temporal.Instant.from('2026-11-22T10:00:00Z');
export const hours = (count: number) => Temporal.Duration.from({ hours: count });

/** Counts up from its seed: serial numbers that are the same in each run. */
export const countingBytes = (seed: number) => (count: number) =>
  Uint8Array.from({ length: count }, (_, index) => (seed + index) % 256);

const keyPairs = new Map<KeyAlgorithm, Promise<KeyPair>>();

/** One for each algorithm in the whole run: RSA keys take up to seconds. */
export function aKeyPair(algorithm: KeyAlgorithm): Promise<KeyPair> {
  const made = keyPairs.get(algorithm) ?? generateKeyPair(algorithm);
  keyPairs.set(algorithm, made);
  return made;
}

export interface GivenCa extends IssuedCertificate {
  readonly facts: Certificate;
  readonly key: KeyPair;
}

export interface CaOptions {
  readonly permittedDnsSubtrees?: readonly string[];
  readonly at?: Temporal.Instant;
  readonly generationSerial?: string;
}

export async function aCa(algorithm: KeyAlgorithm = 'ECDSA-P256', options: CaOptions = {}): Promise<GivenCa> {
  const key = algorithm.startsWith('RSA') ? await aKeyPair(algorithm) : await generateKeyPair(algorithm);
  const issued = await issue(requireLinted(aCaDraft(key, options)), key.privateKeyPem);
  return { ...issued, facts: requireFacts(issued.certificatePem), key };
}

export function aCaDraft({ publicKeyDer }: KeyPair, options: CaOptions = {}): CaDraft {
  const { permittedDnsSubtrees = [], at = now, generationSerial = '0011223344556677' } = options;
  const serialNumber = randomSerialNumber(countingBytes(1));
  const subject = { commonName: 'ROOTCA', generationSerial };
  return draftCa({ ...subject, serialNumber, publicKeyDer, permittedDnsSubtrees, ...validityAt(at, hours(43_800)) });
}

export interface GivenNames {
  readonly subject?: NameFields;
  readonly subjectAltNames?: readonly DraftedName[];
}

export function aServerDraft(
  ca: GivenCa,
  key: KeyPair,
  dnsNames: readonly string[],
  { validity, ...names }: GivenNames & { readonly validity?: Validity } = {},
): LeafDraft {
  return draftServerLeaf({ ...request(ca, key, validity), ...names, dnsNames, issuer: ca.facts });
}

export function aClientDraft(ca: GivenCa, key: KeyPair, commonName: string, names: GivenNames = {}): LeafDraft {
  return draftClientLeaf({ ...request(ca, key), ...names, commonName, issuer: ca.facts });
}

function request({ facts }: GivenCa, { publicKeyDer }: KeyPair, validity?: Validity) {
  const serialNumber = randomSerialNumber(countingBytes(2));
  return { publicKeyDer, serialNumber, ...(validity ?? validityAt(now, hours(2160), facts)) };
}

export async function issueFrom(ca: GivenCa, draft: Draft): Promise<string> {
  return (await issue(requireLinted(draft), ca.key.privateKeyPem)).certificatePem;
}

export function requireLinted(draft: Draft): LintedDraft {
  const linted = LintedDraft.check(draft);
  assert.ok(linted instanceof LintedDraft, `refused: ${JSON.stringify(linted)}`);
  return linted;
}

export function requireFacts(pem: string): Certificate {
  const facts = inspectCertificate(pem);
  assert.ok(!('reason' in facts), `not read: ${JSON.stringify(facts)}`);
  return facts;
}

/** The first certificate of the text as path validation reads it, with its names for people. */
export function requirePathCertificate(pem: string): Certificate {
  const [certificate] = readPemCertificates(pem, 4).certificates;
  assert.ok(certificate, 'not read');
  return certificate;
}

export function dnsNamesOf({ subjectAltNames }: Certificate): readonly string[] {
  return subjectAltNames.filter(({ type }) => type === 'DNS').map(({ value }) => value);
}
