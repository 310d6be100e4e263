import { limits } from '../limits.ts';
import { isSameName } from '../names/distinguished-name.ts';
import { type Certificate, isSignedBy } from '../x509/certificate.ts';

/** From the trust anchor to the certificate in question, both included; names, key identifiers and signatures fit. */
export type Path = readonly Certificate[];

/** Why a path could not go on upwards from this certificate. */
export interface DeadEnd {
  readonly certificate: Certificate;
  readonly why: 'noIssuer' | 'wrongSignature' | 'tooLong';
}

/** What was seen in vain, filled while the paths are taken. */
export interface Search {
  readonly deadEnds: DeadEnd[];
  /** Issuers that may yet be tried; 0: the search was given up. */
  stepsLeft: number;
}

export interface Candidates {
  readonly anchors: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
}

export function startSearch(): Search {
  return { deadEnds: [], stepsLeft: limits.steps };
}

/** Upwards and depth first, anchors before others, so that the shortest way is mostly found at once; at most `limits.steps`. */
export function* findPaths(candidates: Candidates, below: Path, search: Search): Generator<Path> {
  const [certificate] = below;
  if (certificate === undefined) return;
  const end = (why: DeadEnd['why']) => search.deadEnds.push({ certificate, why });
  if (below.length >= limits.pathLength) return void end('tooLong');
  const anchors = candidates.anchors.filter((anchor) => namesIssuer(certificate, anchor));
  const others = candidates.intermediates.filter(
    (other) => namesIssuer(certificate, other) && !below.some((one) => isSameParty(one, other)),
  );
  if (anchors.length + others.length === 0) return void end('noIssuer');
  for (const issuer of [...anchors, ...others]) {
    if (search.stepsLeft === 0) return;
    search.stepsLeft -= 1;
    if (!isSignedBy(certificate, issuer.publicKey)) end('wrongSignature');
    else if (anchors.includes(issuer)) yield [issuer, ...below];
    else yield* findPaths(candidates, [issuer, ...below], search);
  }
}

/** RFC 5280 4.2.1.1: key identifiers that differ are those of different keys, however equal the names. */
export function namesIssuer(certificate: Certificate, issuer: Certificate): boolean {
  const { authorityKeyId } = certificate;
  const { subjectKeyId } = issuer;
  const keyDiffers = authorityKeyId !== undefined && subjectKeyId !== undefined && authorityKeyId !== subjectKeyId;
  return isSameName(certificate.issuer, issuer.subject) && !keyDiffers;
}

/** Of one name and one key: they differ in who vouches for them at most. */
function isSameParty(one: Certificate, other: Certificate): boolean {
  return isSameName(one.subject, other.subject) && Buffer.compare(one.publicKeyDer, other.publicKeyDer) === 0;
}
