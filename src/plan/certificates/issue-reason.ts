import { renewalTime } from '../../pki/renewal.ts';
import { isIssuedBy, matches } from '../../pki/x509/inspect.ts';
import { backdating, lastInstant, validityAt } from '../../pki/x509/validity.ts';
import type { Finding } from '../../std/finding.ts';
import type { Order } from '../rotation/order.ts';
import { type HeldCertificate, isFinding } from './held.ts';
import { hasNames, hasSubject } from './leaf-names.ts';
import type { CertificateRequest } from './request.ts';

/** What a check looks at. Without an issuer the certificate is a CA that signs itself. */
export interface Situation {
  readonly request: CertificateRequest;
  readonly held: HeldCertificate;
  readonly issuer?: HeldCertificate | undefined;
  readonly now: Temporal.Instant;
  /** A person asked for a new one, and this is not it. */
  readonly renewalAsked?: boolean;
  /** The spec says that it is not to be trusted any more. */
  readonly isRevoked?: boolean | undefined;
}

/** What is looked at of a CA of ours. */
type CaSituation = Pick<Situation, 'request' | 'held' | 'now'> & {
  /** A person asked for another one: after which nothing is waited for, or by way of a rotation. */
  readonly order?: Order | undefined;
};

type Check = (situation: Situation) => Finding | undefined;

/** Ordered by what the user should hear first; no check relies on another having passed. */
const checks: readonly Check[] = [
  keyDoesNotMatch,
  issuerChanged,
  revoked,
  specDiffers,
  expired,
  notYetValid,
  renewalWasAsked,
  renewalIsDue,
];

/**
 * Why the leaf must be issued, or undefined where the one that is held stays. A Secret without a usable certificate is a
 * reason of its own.
 */
export function findIssueReason(
  held: HeldCertificate | Finding,
  situation: Omit<Situation, 'held'>,
): Finding | undefined {
  return isFinding(held) ? held : first(checks, { ...situation, held });
}

/** Why a CA of ours must be replaced at once, by one that nobody trusts yet: there is none to rotate. */
export function findReplaceReason(
  held: HeldCertificate | Finding,
  situation: Pick<CaSituation, 'now' | 'order'>,
): Finding | undefined {
  return isFinding(held)
    ? held
    : first([keyDoesNotMatch, issuerChanged, isNoCa, expired, replacementWasAsked], { ...situation, held });
}

/** Why another CA is to follow this one, by way of a rotation. */
export function findRotateReason(situation: CaSituation): Finding | undefined {
  return first([specDiffers, rotationWasAsked, renewalIsDue], situation);
}

function first<Given>(all: readonly ((given: Given) => Finding | undefined)[], given: Given): Finding | undefined {
  for (const check of all) {
    const finding = check(given);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function keyDoesNotMatch({ held }: Pick<Situation, 'held'>): Finding | undefined {
  if (matches(held.keyPem, held.chainPem)) return undefined;
  return { reason: 'KeyMismatch', message: 'The key in the Secret does not match its certificate' };
}

function issuerChanged({ held, issuer }: Pick<Situation, 'held' | 'issuer'>): Finding | undefined {
  if (isIssuedBy(held.chainPem, (issuer ?? held).chainPem)) return undefined;
  return { reason: 'IssuerChanged', message: 'The certificate was not issued by the current CA' };
}

function revoked({ isRevoked }: Situation): Finding | undefined {
  return isRevoked === true
    ? { reason: 'Revoked', message: 'The spec says that the certificate is revoked' }
    : undefined;
}

function specDiffers(situation: Situation): Finding | undefined {
  const difference = differences.find(({ differs }) => differs(situation));
  if (difference === undefined) return undefined;
  return {
    reason: 'SpecDiffers',
    message: `The ${difference.what} of the certificate differs from the spec`,
  };
}

const differences: readonly { readonly what: string; readonly differs: (situation: Situation) => boolean }[] = [
  { what: 'role', differs: ({ held: { facts }, request }) => !hasRole(facts, request.role) },
  { what: 'subject', differs: ({ held: { facts }, request }) => !hasSubject(facts, request) },
  { what: 'set of names', differs: ({ held: { facts }, request }) => !hasNames(facts, request) },
  { what: 'key algorithm', differs: ({ held: { facts }, request }) => facts.keyAlgorithm !== request.keyAlgorithm },
  { what: 'lifetime', differs: ({ held, request, issuer }) => !hasLifetime(held, request, issuer) },
];

function isNoCa({ held: { facts } }: Pick<CaSituation, 'held'>): Finding | undefined {
  return facts.isCa ? undefined : { reason: 'SpecDiffers', message: 'The certificate is not one of a CA' };
}

function replacementWasAsked({ order }: Pick<CaSituation, 'order'>): Finding | undefined {
  return order === 'now'
    ? { reason: 'RotationAsked', message: 'An annotation of the resource asks for a new CA at once' }
    : undefined;
}

function rotationWasAsked({ order }: CaSituation): Finding | undefined {
  return order === 'start'
    ? { reason: 'RotationAsked', message: 'An annotation of the resource asks for a new CA' }
    : undefined;
}

function hasRole({ isCa, usage }: HeldCertificate['facts'], role: CertificateRequest['role']): boolean {
  return role === 'ca' ? isCa : !isCa && usage === role;
}

/** A leaf that was clipped to the end of its CA has the lifetime that was asked for, as far as it can. */
function hasLifetime({ facts }: HeldCertificate, { duration }: CertificateRequest, issuer?: HeldCertificate): boolean {
  const wanted = lastInstant(facts.notBefore, duration, issuer?.facts.notAfter);
  return Temporal.Instant.compare(facts.notAfter, wanted) === 0;
}

function expired({ held: { facts }, now }: Pick<Situation, 'held' | 'now'>): Finding | undefined {
  if (Temporal.Instant.compare(now, facts.notAfter) <= 0) return undefined;
  return { reason: 'Expired', message: 'The certificate has expired' };
}

/**
 * A leaf, by more than the backdating, while its CA is valid: it was issued by a clock that was ahead. A CA is never issued
 * anew for that: where the clocks of a whole cluster are behind, all trust would be lost.
 */
function notYetValid({ held: { facts }, issuer, now }: Situation): Finding | undefined {
  const soon = now.add(backdating);
  const beginsLater = ({ notBefore }: HeldCertificate['facts']) => Temporal.Instant.compare(notBefore, soon) > 0;
  if (issuer === undefined || beginsLater(issuer.facts) || !beginsLater(facts)) return undefined;
  return { reason: 'NotYetValid', message: `The certificate is not valid before ${facts.notBefore}` };
}

function renewalWasAsked({ renewalAsked }: Situation): Finding | undefined {
  if (renewalAsked !== true) return undefined;
  return { reason: 'RenewalAsked', message: 'An annotation of the resource asks for new certificates' };
}

function renewalIsDue(situation: Situation): Finding | undefined {
  const { held, request, now } = situation;
  if (Temporal.Instant.compare(now, renewalTime(held.facts, request.renewal)) < 0) return undefined;
  if (!wouldLastLonger(situation)) return undefined;
  return { reason: 'RenewalDue', message: 'The certificate is due for renewal' };
}

/** Clipped to a CA that nobody renews, a new leaf would be due at once, and so for ever. */
function wouldLastLonger({ held, request, issuer, now }: Situation): boolean {
  const next = validityAt(now, request.duration, issuer?.facts);
  return Temporal.Instant.compare(next.notAfter, held.facts.notAfter) > 0;
}
