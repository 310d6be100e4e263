/**
 * Path validation (RFC 5280 6.1) as far as the chain of a gateway or of NGINX needs it, and never more lenient than
 * that: finds a path from one of the trust anchors to a certificate, and says in plain words why there is none.
 * Bounded by `limits`, whatever a person gave. Policies and revocation are not worked out: certificates with rules of
 * policies are refused. Never reads, fetches or throws.
 */
import type { Finding } from '../../std/finding.ts';
import { limits } from '../limits.ts';
import type { Certificate } from '../x509/certificate.ts';
import { checkPath, type PathDemands } from './check-path.ts';
import { type DeadEnd, findPaths, startSearch } from './find-paths.ts';
import { checkHost } from './hostname.ts';

export interface PathRequest extends PathDemands {
  readonly certificate: Certificate;
  /** In any order; those that are not needed do no harm. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** Name or address that the certificate has to cover. */
  readonly host?: string | undefined;
}

export type PathResult =
  /** From the certificate in question to the trust anchor, both included. */
  | { readonly ok: true; readonly chain: readonly Certificate[] }
  /** At least one; of several paths those of the first that was found. */
  | { readonly ok: false; readonly findings: readonly Finding[] };

export function validatePath(request: PathRequest): PathResult {
  const { certificate, intermediates, anchors, host } = request;
  if (intermediates.length > limits.intermediates || anchors.length > limits.anchors) {
    return refuse([{ reason: 'TooManyCertificates', message: tooMany }]);
  }
  const hostFinding = host === undefined ? undefined : checkHost(certificate, host);
  const search = startSearch();
  let ofFirstPath: readonly Finding[] | undefined;
  for (const path of findPaths({ anchors, intermediates }, [certificate], search)) {
    const findings = [...checkPath(path, request), ...(hostFinding === undefined ? [] : [hostFinding])];
    if (findings.length === 0) return { ok: true, chain: path.toReversed() };
    ofFirstPath ??= findings;
  }
  return refuse(ofFirstPath ?? [explain(search.deadEnds, search.stepsLeft)]);
}

const tooMany = `There are more than ${limits.intermediates} certificates in the chain, or more than ${limits.anchors} trust anchors`;

function refuse(findings: readonly Finding[]): PathResult {
  return { ok: false, findings };
}

/** A wrong signature says more than a missing issuer: somebody of that name is there. */
function explain(deadEnds: readonly DeadEnd[], stepsLeft: number): Finding {
  if (stepsLeft === 0) {
    return { reason: 'PathTooComplex', message: `No path was found among the first ${limits.steps} that were tried` };
  }
  const dead = deadEnds.find(({ why }) => why === 'wrongSignature') ?? deadEnds[0];
  const subject = dead?.certificate.subject.text ?? '';
  const issuer = dead?.certificate.issuer.text ?? '';
  if (dead?.why === 'wrongSignature') {
    return {
      reason: 'SignatureWrong',
      message: `The certificate ${subject} is not signed by the key of ${issuer}, which it names as its issuer`,
    };
  }
  if (dead?.why === 'tooLong') {
    return {
      reason: 'PathTooLong',
      message: `There is no path of at most ${limits.pathLength} certificates to a trust anchor`,
    };
  }
  return {
    reason: 'ChainIncomplete',
    message: `The issuer ${issuer} of the certificate ${subject} is neither in the chain nor trusted`,
  };
}
