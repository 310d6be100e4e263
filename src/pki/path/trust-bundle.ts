import { isSelfSigned, type PathCertificate } from './certificate.ts';
import { trustedCertificateRules } from './certificate-rules.ts';
import { namesIssuer } from './find-paths.ts';
import { limits } from './limits.ts';
import { readPemCertificates } from './pem-blocks.ts';
import { checkIsCa } from './purpose.ts';
import { judgeAnchorSoftly } from './soft-rules.ts';
import { hard, oncePerReason, soft, type Verdict } from './verdict.ts';

/** Those whom somebody trusts, read from a ConfigMap or Secret. */
export interface TrustBundle {
  /** Without duplicates, in their order; those that are good for nothing, or no longer, are left out. Empty where a verdict is hard. */
  readonly anchors: readonly PathCertificate[];
  readonly verdicts: readonly Verdict[];
}

/**
 * Reads several roots, perhaps with intermediates among them. One that cannot be used is soft, as the others still
 * work, and stands in one verdict for all of its reason; where none can be, or the text cannot be read as a whole, that is hard: it would trust less than it says.
 */
export function readTrustBundle(text: string, at: Temporal.Instant): TrustBundle {
  const { certificates, findings } = readPemCertificates(text, limits.anchors);
  if (findings.length > 0) return { anchors: [], verdicts: findings.map(hard) };
  const distinct = [
    ...new Map(certificates.map((certificate) => [certificate.x509.fingerprint256, certificate])).values(),
  ];
  const unusable = new Map(distinct.map((certificate) => [certificate, whyUnusable(certificate, at)]));
  const usable = distinct.filter((certificate) => unusable.get(certificate) === undefined);
  const rooted = growFrom(usable.filter(isSelfSigned), usable);
  const anchors = usable.filter((certificate) => rooted.includes(certificate));
  return {
    anchors,
    verdicts: oncePerReason([
      ...(anchors.length === 0 ? [hard(noUsableRoot)] : []),
      ...[...unusable.values()].filter((verdict) => verdict !== undefined),
      ...usable.filter((certificate) => !rooted.includes(certificate)).map(lackRoot),
      ...anchors.flatMap((anchor) => judgeAnchorSoftly(anchor, at)),
      ...(distinct.length < certificates.length ? [duplicate] : []),
    ]),
  };
}

const noUsableRoot = {
  reason: 'NoUsableRoot',
  message: 'The trust bundle has no CA that can be used: see the other findings',
};
const duplicate = soft('CertificateDuplicate', 'The trust bundle has a certificate more than once');

function whyUnusable(certificate: PathCertificate, at: Temporal.Instant): Verdict | undefined {
  const findings = [...trustedCertificateRules.map((rule) => rule(certificate, at)), checkIsCa(certificate, true)];
  const first = findings.find((finding) => finding !== undefined);
  return first === undefined ? undefined : soft(first.reason, first.message);
}

/** OpenSSL, and so NGINX, goes up to a self-signed certificate, whatever else is trusted: adds those that are below one. */
function growFrom(rooted: readonly PathCertificate[], all: readonly PathCertificate[]): readonly PathCertificate[] {
  const more = all.filter((one) => !rooted.includes(one) && rooted.some((issuer) => namesIssuer(one, issuer)));
  return more.length === 0 ? rooted : growFrom([...rooted, ...more], all);
}

function lackRoot({ subject }: PathCertificate): Verdict {
  return soft('RootMissing', `The trust bundle has ${subject.text}, and not the root above it that NGINX asks for`);
}
