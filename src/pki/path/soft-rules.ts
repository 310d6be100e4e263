import type { Certificate } from '../x509/certificate.ts';
import { isNotYetValid } from './certificate-rules.ts';
import { hasExplicitCurve, hasOddExponent, hasOddSerial } from './encoding-rules.ts';
import { soft, type Verdict } from './verdict.ts';

/** What TLS stacks at hand accept and stricter ones do not, or what makes a certificate good for more than it should be. */
type SoftRule = (certificate: Certificate) => Verdict | undefined;

const encodingRules: readonly SoftRule[] = [hasOddSerial, hasExplicitCurve, hasOddExponent];

export function judgeLeafSoftly(certificate: Certificate): readonly Verdict[] {
  return apply([isBeforeVersion3, ...encodingRules, mayBeServerAndClient, isLeafTooLong], certificate);
}

export function judgeCaSoftly(certificate: Certificate): readonly Verdict[] {
  return apply([isBeforeVersion3, ...encodingRules, hasNoKeyUsage, isCaTooLong], certificate);
}

/** One in a trust bundle. Left out, its clients would be cut off by a clock that was set back. */
export function judgeAnchorSoftly(certificate: Certificate, at: Temporal.Instant): readonly Verdict[] {
  return [...apply([(one) => hasYetToBegin(one, at)], certificate), ...judgeCaSoftly(certificate)];
}

function hasYetToBegin(certificate: Certificate, at: Temporal.Instant): Verdict | undefined {
  const finding = isNotYetValid(certificate, at);
  return finding && soft(finding.reason, `${finding.message}: it is trusted all the same, since clocks differ`);
}

function apply(rules: readonly SoftRule[], certificate: Certificate): readonly Verdict[] {
  return rules.map((rule) => rule(certificate)).filter((verdict) => verdict !== undefined);
}

/** RFC 5280 4.1.2.1: version 3 where there are extensions, and both CAs and TLS leaves need some. */
function isBeforeVersion3({ subject, version }: Certificate): Verdict | undefined {
  if (version === 3) return undefined;
  return soft(
    'CertificateVersion1',
    `The certificate ${subject.text} is of X.509 version ${version}: it cannot say what it is for, and strict verifiers refuse it`,
  );
}

/** RFC 5280 4.2.1.3: conforming CAs have it; `openssl verify -x509_strict` refuses one without. */
function hasNoKeyUsage({ subject, version, keyUsage }: Certificate): Verdict | undefined {
  if (version < 3 || keyUsage !== undefined) return undefined;
  return soft('KeyUsageMissing', `The CA certificate ${subject.text} has no key usage, and strict verifiers refuse it`);
}

/** RFC 5280 4.2.1.12. */
function mayBeServerAndClient({ subject, extendedKeyUsage }: Certificate): Verdict | undefined {
  if (extendedKeyUsage !== undefined) return undefined;
  return soft(
    'ExtendedKeyUsageMissing',
    `The certificate ${subject.text} has no extended key usage: it passes as a server and as a client alike`,
  );
}

/** In days: what Apple's clients accept of private CAs, and what the CA/Browser Forum has for roots (BR 7.1.2.1.1). */
const longest = { leaf: 825, ca: 9132 } as const;

function isLeafTooLong(certificate: Certificate): Verdict | undefined {
  return isTooLong(certificate, longest.leaf);
}

function isCaTooLong(certificate: Certificate): Verdict | undefined {
  return isTooLong(certificate, longest.ca);
}

function isTooLong({ subject, notBefore, notAfter }: Certificate, days: number): Verdict | undefined {
  if (notAfter.since(notBefore).total('hours') <= 24 * days) return undefined;
  return soft('LifetimeTooLong', `The certificate ${subject.text} is valid for more than ${days} days`);
}
