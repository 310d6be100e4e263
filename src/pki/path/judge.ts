/**
 * Judges certificates and keys that a person brought along: what cannot work is hard, what works but should not be so
 * is soft. Promises a verdict on any text, within `limits`, in an order that is always the same, one for each reason.
 * Never throws, and never repeats anything of a key.
 */
import type { Finding } from '../../std/finding.ts';
import { limits } from '../limits.ts';
import { textsOf } from '../names/distinguished-name.ts';
import { type Certificate, isSelfSigned } from '../x509/certificate.ts';
import { certificateRules, issuedCertificateRules } from './certificate-rules.ts';
import { checkOrder } from './chain-order.ts';
import { coversHost } from './hostname.ts';
import { readPemCertificates } from './pem-blocks.ts';
import { checkPrivateKey } from './private-key.ts';
import { checkExtendedKeyUsage, checkIsCa, checkLeafUsage, type Purpose } from './purpose.ts';
import { judgeCaSoftly, judgeLeafSoftly } from './soft-rules.ts';
import { type PathRequest, validatePath } from './validate.ts';
import { hard, oncePerReason, soft, type Verdict } from './verdict.ts';

interface BroughtKeyPair {
  /** The certificate, then its issuers up to the root or the one below it. */
  readonly chainPem: string;
  readonly privateKeyPem: string;
  /** Those whom the peers trust; none: it is not judged who would accept the certificate. */
  readonly anchors: readonly Certificate[];
  readonly at: Temporal.Instant;
}

export interface ExternalLeaf extends BroughtKeyPair {
  readonly purpose: 'server' | 'client';
  /** DNS names and addresses that the certificate has to cover; a wildcard is covered by itself. */
  readonly hosts: readonly string[];
}

export interface BroughtCa extends BroughtKeyPair {
  /** What it is to issue. */
  readonly purposes: readonly ('server' | 'client')[];
}

export function judgeLeaf({ hosts, purpose, ...brought }: ExternalLeaf): readonly Verdict[] {
  return judge(brought, purpose, (leaf) => [
    ...hardly([checkLeafUsage(leaf, purpose), checkExtendedKeyUsage(leaf, purpose)]),
    ...judgeHosts(leaf, hosts),
    ...(purpose === 'server' && hosts.length === 0 ? judgeNames(leaf) : []),
    ...judgeLeafSoftly(leaf),
  ]);
}

/** A CA to issue with: itself, or an intermediate with its chain. */
export function judgeCa({ purposes, ...brought }: BroughtCa): readonly Verdict[] {
  return judge(brought, 'issuer', (ca) => [
    ...hardly([checkIsCa(ca, true), ...purposes.map((purpose) => checkExtendedKeyUsage(ca, purpose))]),
    ...judgeCaSoftly(ca),
  ]);
}

function judge(
  { chainPem, privateKeyPem, anchors, at }: BroughtKeyPair,
  purpose: Purpose,
  judgeFirst: (certificate: Certificate) => readonly Verdict[],
): readonly Verdict[] {
  const { certificates, findings } = readPemCertificates(chainPem, limits.intermediates + 1);
  const [first, ...intermediates] = certificates;
  if (findings.length > 0 || first === undefined) return findings.map(hard);
  const keyFinding = checkPrivateKey(certificates, privateKeyPem);
  // Whatever else there is to say would be of the wrong certificate.
  if (keyFinding?.reason === 'ChainOutOfOrder') return [hard(keyFinding)];
  return oncePerReason([
    ...hardly([keyFinding]),
    ...certificates.flatMap((certificate) => hardly(intrinsicFindings(certificate, at))),
    ...judgeFirst(first),
    ...judgePath({ certificate: first, intermediates, anchors, at, purpose }),
    ...checkOrder(certificates),
  ]);
}

/**
 * A self-signed certificate has no path: its peers trust it itself. Where nobody said whom they trust, a root in the
 * chain stands for them; a leaf without one is left to its peers, and a CA is not, as its root is to be handed out.
 */
function judgePath(request: PathRequest): readonly Verdict[] {
  const { certificate, intermediates, anchors, purpose } = request;
  const isTrusted =
    anchors.length === 0 ||
    anchors.some(({ sha256Fingerprint }) => sha256Fingerprint === certificate.sha256Fingerprint);
  if (isSelfSigned(certificate) && isTrusted) return purpose === 'issuer' ? [] : [isSelfSignedLeaf(certificate)];
  const trusted = anchors.length > 0 ? anchors : intermediates.filter(isSelfSigned);
  if (trusted.length === 0 && purpose !== 'issuer') return [];
  const path = validatePath({ ...request, anchors: trusted });
  return path.ok ? [] : path.findings.map(hard);
}

function isSelfSignedLeaf({ subject }: Certificate): Verdict {
  const message = `The certificate ${subject.text} is signed by its own key: each peer has to trust it itself, and again after each renewal`;
  return soft('SelfSignedLeaf', message);
}

function intrinsicFindings(certificate: Certificate, at: Temporal.Instant): readonly (Finding | undefined)[] {
  const rules = isSelfSigned(certificate) ? certificateRules : issuedCertificateRules;
  return rules.map((rule) => rule(certificate, at));
}

/** Without alternative names the common name still counts for gateways that take the SNI from it. */
function judgeHosts(leaf: Certificate, hosts: readonly string[]): readonly Verdict[] {
  const uncovered = hosts.filter((host) => !covers(leaf, host.toLowerCase()));
  if (uncovered.length === 0) return [];
  const isNamed = uncovered.every((host) =>
    textsOf(leaf.subject, 'commonName').some((name) => name.toLowerCase() === host),
  );
  if (leaf.subjectAltNames.length === 0 && isNamed) return judgeNames(leaf);
  const [first = ''] = uncovered;
  return [
    hard({
      reason: 'HostNotCovered',
      message: `The certificate ${leaf.subject.text} does not cover the host ${first}`,
    }),
  ];
}

function judgeNames({ subject, subjectAltNames }: Certificate): readonly Verdict[] {
  if (subjectAltNames.length > 0) return [];
  const message = `The certificate ${subject.text} has no subject alternative name: clients that verify names refuse it`;
  return [soft('SubjectAltNameMissing', message)];
}

function covers(leaf: Certificate, host: string): boolean {
  const isListed = leaf.subjectAltNames.some((name) => name.type === 'DNS' && name.value.toLowerCase() === host);
  return isListed || coversHost(leaf, host);
}

function hardly(findings: readonly (Finding | undefined)[]): readonly Verdict[] {
  return findings.filter((finding) => finding !== undefined).map(hard);
}
