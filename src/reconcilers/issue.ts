import { type Draft, draftCa, draftClientLeaf, draftServerLeaf } from '../pki/draft.ts';
import { inspectCertificate } from '../pki/inspect.ts';
import { issue as sign } from '../pki/issue.ts';
import { generateKeyPair, type KeyPair } from '../pki/key-pair.ts';
import { LintedDraft } from '../pki/lint/linted-draft.ts';
import { randomGenerationSerial, randomSerialNumber } from '../pki/serial-number.ts';
import { validityAt } from '../pki/validity.ts';
import type { CertificateRequest } from '../plan/certificate-requests.ts';
import { type HeldCertificate, isFinding } from '../plan/held-certificate.ts';
import { permanent } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import type { Run } from './world.ts';

/** A new key and a certificate for it; without an issuer, a CA that signs itself. What the lint objects to stalls. */
export async function issue(
  request: CertificateRequest,
  issuer: HeldCertificate | undefined,
  run: Pick<Run, 'clock' | 'randomBytes'>,
): Promise<HeldCertificate> {
  const key = await generateKeyPair(request.keyAlgorithm);
  const linted = LintedDraft.check(draft(request, issuer, key, run));
  if (!(linted instanceof LintedDraft)) throw permanent('CertificateRefused', refusal(request, linted));
  const { certificatePem } = await sign(linted, issuer?.keyPem ?? key.privateKeyPem);
  const facts = inspectCertificate(certificatePem);
  if (isFinding(facts)) throw new Error('a certificate that was just issued cannot be read');
  return { chainPem: certificatePem, keyPem: key.privateKeyPem, facts };
}

function draft(
  request: CertificateRequest,
  issuer: HeldCertificate | undefined,
  { publicKeyDer }: KeyPair,
  { clock, randomBytes }: Pick<Run, 'clock' | 'randomBytes'>,
): Draft {
  const { role, duration, dnsNames, commonName = '' } = request;
  const validity = validityAt(clock.now(), duration, issuer?.facts);
  const common = { ...validity, publicKeyDer, serialNumber: randomSerialNumber(randomBytes) };
  if (issuer === undefined) {
    return draftCa({ ...common, commonName, generationSerial: randomGenerationSerial(randomBytes) });
  }
  return role === 'server'
    ? draftServerLeaf({ ...common, dnsNames, issuer: issuer.facts })
    : draftClientLeaf({ ...common, commonName, issuer: issuer.facts });
}

function refusal({ name }: CertificateRequest, findings: readonly Finding[]): string {
  return `The certificate ${name} would not be sound: ${findings.map(({ message }) => message).join('; ')}`;
}
