import type { Secret } from '../../model/kube-object.ts';
import { readKeyPair } from '../../pki/keys/key-pair.ts';
import { limits } from '../../pki/limits.ts';
import { judgeCa, judgeLeaf } from '../../pki/path/judge.ts';
import { readPemCertificates } from '../../pki/path/pem-blocks.ts';
import { readTrustBundle, type TrustBundle } from '../../pki/path/trust-bundle.ts';
import { hard, soft, type Verdict } from '../../pki/path/verdict.ts';
import { type Certificate, isSelfSigned } from '../../pki/x509/certificate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import { toCertificatePem } from '../../pki/x509/pem.ts';
import type { Steps } from '../../std/steps.ts';
import { decodeSecret, type HeldCertificate, isFinding, secretKeys } from './held.ts';

/** Material that a person brought along, judged. Without a value there is at least one verdict that is hard. */
export interface Judged<Value> {
  readonly value?: Value;
  readonly verdicts: readonly Verdict[];
}

/** Who signs for a resource, and whom its peers trust for that. */
export interface Authority {
  /** Its chain has the certificate of the CA first. Absent: a CA to trust, whose key is elsewhere. */
  readonly issuer?: HeldCertificate;
  /** What goes behind each leaf that it issues: itself and those above it, without the root. Empty for a root. */
  readonly intermediatesPem: string;
  readonly anchors: readonly Certificate[];
}

/** One that has its key. */
export type Issuer = Authority & { readonly issuer: HeldCertificate };

/** A CA: `tls.crt` with its chain and `tls.key` to issue with, or `ca.crt` alone to trust. */
export function* readExternalCa(secret: Secret, at: Temporal.Instant): Steps<Judged<Authority>> {
  const { chainPem, privateKeyPem, trustPem } = textsOf(secret);
  const trusted = trustPem === '' ? undefined : yield* readTrustBundle(trustPem, at);
  if (chainPem === '' && privateKeyPem === '') return asTrustOnly(trusted);
  const purposes = ['server', 'client'] as const;
  const judged = judgeCa({ chainPem, privateKeyPem, anchors: trusted?.anchors ?? [], at, purposes });
  const verdicts = [...(trusted?.verdicts ?? []), ...judged];
  const [ca, ...above] = readPemCertificates(chainPem, limits.intermediates + 1).certificates;
  const issuer = readPair(ca === undefined ? '' : pemOf([ca]), privateKeyPem);
  if (ca === undefined || isHard(verdicts)) return { verdicts };
  if (isFinding(issuer)) return { verdicts: [...verdicts, hard(issuer)] };
  const anchors = trusted?.anchors ?? [ca, ...above].filter(isSelfSigned);
  const intermediates = [ca, ...above].filter((one) => !isSelfSigned(one));
  // `judgeCa` found it fit to sign: one of version 1 cannot say so itself, and its peers take it for a CA all the same.
  const facts = { ...issuer.facts, isCa: true };
  return { value: { issuer: { ...issuer, facts }, intermediatesPem: pemOf(intermediates), anchors }, verdicts };
}

function asTrustOnly(trusted: TrustBundle | undefined): Judged<Authority> {
  if (trusted === undefined) {
    const message = `It holds neither ${secretKeys.chain} and ${secretKeys.key} nor ${secretKeys.trust}`;
    return { verdicts: [hard({ reason: 'DataMissing', message })] };
  }
  const { anchors, verdicts } = trusted;
  return isHard(verdicts) ? { verdicts } : { value: { intermediatesPem: '', anchors }, verdicts };
}

export interface ExternalLeaf {
  /** Its chain without the root. */
  readonly held: HeldCertificate;
  /** Whoever verifies it needs these: `ca.crt`, or a root in its chain; empty: the Secret does not say. */
  readonly anchors: readonly Certificate[];
}

export interface LeafDemand {
  readonly role: 'server' | 'client';
  /** What a server has to be called. */
  readonly hosts: readonly string[];
  /** Those whom its peers trust beside what the Secret itself says. */
  readonly trusted: readonly Certificate[];
}

/** A certificate with its chain and key, for one direction of TLS. */
export function* readExternalLeaf(
  secret: Secret,
  demand: LeafDemand,
  at: Temporal.Instant,
): Steps<Judged<ExternalLeaf>> {
  const { chainPem, privateKeyPem, trustPem } = textsOf(secret);
  const trusted = trustPem === '' ? { anchors: [], verdicts: [] } : yield* readTrustBundle(trustPem, at);
  const { certificates } = readPemCertificates(chainPem, limits.intermediates + 1);
  const roots = trusted.anchors.length > 0 ? trusted.anchors : certificates.slice(1).filter(isSelfSigned);
  const { role: purpose, hosts } = demand;
  const anchors = [...roots, ...demand.trusted];
  const verdicts = [
    ...trusted.verdicts,
    ...judgeLeaf({ chainPem, privateKeyPem, anchors, at, purpose, hosts }),
    ...judgeEnd(certificates, at),
  ];
  const chain = certificates.filter((one, index) => index === 0 || !isSelfSigned(one));
  const held = readPair(pemOf(chain), privateKeyPem);
  if (isHard(verdicts)) return { verdicts };
  return isFinding(held) ? { verdicts: [...verdicts, hard(held)] } : { value: { held, anchors: roots }, verdicts };
}

/** How long ahead a person hears that what was brought along ends: a fifth of its lifetime, 30 days at most. */
export function endWarningTime({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>) {
  const seconds = notAfter.since(notBefore).total('seconds') / 5;
  return notAfter.subtract({ seconds: Math.min(Math.floor(seconds), 30 * 24 * 3600) });
}

function judgeEnd([leaf]: readonly Certificate[], at: Temporal.Instant): readonly Verdict[] {
  if (leaf === undefined || Temporal.Instant.compare(at, endWarningTime(leaf)) < 0) return [];
  const message = `The certificate ${leaf.subject.text} expires at ${leaf.notAfter} and has not been renewed; the operator does not renew what it did not issue`;
  return [soft('CertificateEndsSoon', message)];
}

function readPair(chainPem: string, privateKeyPem: string) {
  const facts = inspectCertificate(chainPem);
  if (isFinding(facts)) return facts;
  const key = readKeyPair(privateKeyPem);
  return isFinding(key) ? key : { chainPem, keyPem: key.privateKeyPem, facts };
}

export function pemOf(certificates: readonly Pick<Certificate, 'der'>[]): string {
  return certificates.map(({ der }) => toCertificatePem(der)).join('');
}

export function isHard(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ severity }) => severity === 'hard');
}

/** The readers of the texts refuse what is too large; a Secret cannot hold more than etcd takes. */
function textsOf(secret: Secret) {
  const text = (key: string) => decodeSecret(secret, key);
  return { chainPem: text(secretKeys.chain), privateKeyPem: text(secretKeys.key), trustPem: text(secretKeys.trust) };
}
