import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';
import { limits } from '../limits.ts';
import { rememberedSteps } from '../remembered.ts';
import { type Certificate, isSelfSigned } from '../x509/certificate.ts';
import { trustedCertificateRules } from './certificate-rules.ts';
import { namesIssuer } from './find-paths.ts';
import { pemCertificates } from './pem-blocks.ts';
import { checkIsCa } from './purpose.ts';
import { judgeAnchorSoftly } from './soft-rules.ts';
import { hard, oncePerReason, soft, type Verdict } from './verdict.ts';

/** Those whom somebody trusts, read from a ConfigMap or Secret. */
export interface TrustBundle {
  /** Without duplicates, in their order; those that are good for nothing, or no longer, are left out. Empty where a verdict is hard. */
  readonly anchors: readonly Certificate[];
  readonly verdicts: readonly Verdict[];
}

/**
 * Reads several roots, perhaps with intermediates among them. One that cannot be used is soft, as the others still
 * work, and stands in one verdict for all of its reason; where none can be, or the text cannot be read as a whole, that is hard: it would trust less than it says. The same text costs little a second time.
 */
export function* readTrustBundle(text: string, at: Temporal.Instant): Steps<TrustBundle> {
  return judge(yield* readContent(text), at);
}

/** What a bundle says at any time. */
interface Content {
  readonly findings: readonly Finding[];
  readonly distinct: readonly Certificate[];
  /** Of those. */
  readonly selfSigned: ReadonlySet<Certificate>;
  readonly hasDuplicates: boolean;
}

/** A thousand certificates are some ten MiB; those of a few large bundles, or of many small ones. */
const readContent = rememberedSteps(readAnew, { atMost: 1024, sizeOf: ({ distinct }) => distinct.length });

function* readAnew(text: string): Steps<Content> {
  const { certificates, findings } = yield* pemCertificates(text, limits.anchors);
  const distinct = [
    ...new Map(certificates.map((certificate) => [certificate.sha256Fingerprint, certificate])).values(),
  ];
  const selfSigned = new Set<Certificate>();
  for (const certificate of distinct) {
    if (isSelfSigned(certificate)) selfSigned.add(certificate);
    yield;
  }
  return { findings, distinct, selfSigned, hasDuplicates: distinct.length < certificates.length };
}

function judge({ findings, distinct, selfSigned, hasDuplicates }: Content, at: Temporal.Instant): TrustBundle {
  if (findings.length > 0) return { anchors: [], verdicts: findings.map(hard) };
  const unusable = new Map(distinct.map((certificate) => [certificate, whyUnusable(certificate, at)]));
  const usable = distinct.filter((certificate) => unusable.get(certificate) === undefined);
  const rooted = growFrom(
    usable.filter((certificate) => selfSigned.has(certificate)),
    usable,
  );
  const anchors = usable.filter((certificate) => rooted.has(certificate));
  return {
    anchors,
    verdicts: oncePerReason([
      ...(anchors.length === 0 ? [hard(noUsableRoot)] : []),
      ...[...unusable.values()].filter((verdict) => verdict !== undefined),
      ...usable.filter((certificate) => !rooted.has(certificate)).map(lackRoot),
      ...anchors.flatMap((anchor) => judgeAnchorSoftly(anchor, at)),
      ...(hasDuplicates ? [duplicate] : []),
    ]),
  };
}

const noUsableRoot = {
  reason: 'NoUsableRoot',
  message: 'The trust bundle has no CA that can be used: see the other findings',
};
const duplicate = soft('CertificateDuplicate', 'The trust bundle has a certificate more than once');

function whyUnusable(certificate: Certificate, at: Temporal.Instant): Verdict | undefined {
  const findings = [...trustedCertificateRules.map((rule) => rule(certificate, at)), checkIsCa(certificate, true)];
  const first = findings.find((finding) => finding !== undefined);
  return first === undefined ? undefined : soft(first.reason, first.message);
}

/** OpenSSL, and so NGINX, goes up to a self-signed certificate, whatever else is trusted: adds those that are below one. */
function growFrom(roots: readonly Certificate[], all: readonly Certificate[]): ReadonlySet<Certificate> {
  const below = Map.groupBy(all, ({ issuer }) => issuer.rdns.join());
  const rooted = new Set(roots);
  // A set gives what is added to it meanwhile as well.
  for (const issuer of rooted) {
    for (const one of below.get(issuer.subject.rdns.join()) ?? []) if (namesIssuer(one, issuer)) rooted.add(one);
  }
  return rooted;
}

function lackRoot({ subject }: Certificate): Verdict {
  return soft('RootMissing', `The trust bundle has ${subject.text}, and not the root above it that NGINX asks for`);
}
