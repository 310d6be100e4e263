import type { Finding } from '../../std/finding.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type CertificateRule, certificateRules, issuedCertificateRules } from './certificate-rules.ts';
import type { Path } from './find-paths.ts';
import { checkNames } from './name-constraints.ts';
import { checkExtendedKeyUsage, checkIsCa, checkLeafUsage, type Purpose } from './purpose.ts';

export interface PathDemands {
  readonly at: Temporal.Instant;
  /** Undefined: for nothing in particular. */
  readonly purpose?: Purpose | undefined;
}

/** Everything that is wrong with a path whose signatures are right (RFC 5280 6.1.3 to 6.1.5); from the anchor down. */
export function checkPath(path: Path, { at, purpose }: PathDemands): readonly Finding[] {
  const findings = path.flatMap((certificate, index) => {
    const isLast = index === path.length - 1;
    const rules: readonly CertificateRule[] = index === 0 ? certificateRules : issuedCertificateRules;
    return [
      ...rules.map((rule) => rule(certificate, at)),
      ...(isLast && purpose !== 'issuer' ? [] : [checkIsCa(certificate, index === 0)]),
      ...(isLast && purpose !== undefined ? [checkLeafUsage(certificate, purpose)] : []),
      ...(purpose === undefined ? [] : [checkExtendedKeyUsage(certificate, purpose)]),
      checkPathLength(certificate, path.slice(index + 1, purpose === 'issuer' ? undefined : -1)),
      ...checkNamesBelow(certificate, path.slice(index + 1)),
    ];
  });
  return findings.filter((finding) => finding !== undefined);
}

/** RFC 5280 4.2.1.9: self-issued certificates below do not count, nor does the last one. */
function checkPathLength({ subject, basicConstraints }: Certificate, casBelow: Path): Finding | undefined {
  const allowed = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  if (casBelow.filter(({ isSelfIssued }) => !isSelfIssued).length <= allowed) return undefined;
  return {
    reason: 'PathLengthExceeded',
    message: `The CA certificate ${subject.text} allows ${allowed} CAs below it (path length), and there are more`,
  };
}

/** RFC 5280 6.1.3 (b): a CA may rename its key within its own name, so only the last self-issued one is checked. */
function checkNamesBelow({ nameConstraints }: Certificate, below: Path): readonly (Finding | undefined)[] {
  if (nameConstraints === undefined) return [];
  return below
    .filter((certificate, index) => !certificate.isSelfIssued || index === below.length - 1)
    .map((certificate) => checkNames(certificate, nameConstraints));
}
