import type { Finding } from '../../std/finding.ts';
import { signatureAlgorithmOf } from '../keys/algorithm.ts';
import { limits } from '../limits.ts';
import { applyRules, type Rule } from '../lint/rule.ts';
import { isBefore } from '../x509/validity.ts';
import { type CrlDraft, toSerial } from './draft.ts';

/** Verifiers refuse the list of whoever may not sign lists, and with it every certificate of the issuer. */
const issuerSignsLists: Rule<CrlDraft> = {
  reason: 'CrlIssuerMayNotSign',
  clause: 'RFC 5280 4.2.1.3',
  check: ({ issuer }) =>
    issuer.maySignLists ? undefined : 'The CA must have the key usage cRLSign to sign a revocation list',
};

const issuerKey: Rule<CrlDraft> = {
  reason: 'CrlIssuerKeyUnsupported',
  clause: 'RFC 5280 5.1.1.2',
  check: ({ issuer: { keyAlgorithm } }) =>
    signatureAlgorithmOf(keyAlgorithm) === undefined
      ? `The key of the CA is ${keyAlgorithm}, with which nothing is signed`
      : undefined,
};

/** "The issuer name MUST be non-empty"; an empty one is a SEQUENCE of two octets. */
const issuerName: Rule<CrlDraft> = {
  reason: 'CrlIssuerNameEmpty',
  clause: 'RFC 5280 5.1.2.3',
  check: ({ issuer: { nameDer } }) =>
    nameDer.byteLength > 2 ? undefined : 'The subject of the CA must not be empty to sign a revocation list',
};

/** Of 20 octets at most, and we begin at 1. */
const number: Rule<CrlDraft> = {
  reason: 'CrlNumberUnfit',
  clause: 'RFC 5280 5.2.3',
  check: (draft) =>
    draft.number > 0n && draft.number < 2n ** 159n ? undefined : 'The number of the list must be from 1 to 2^159 - 1',
};

/** Stricter: a list that never was the newest is no use to anybody. */
const period: Rule<CrlDraft> = {
  reason: 'CrlPeriodEmpty',
  clause: 'RFC 5280 5.1.2.4, 5.1.2.5, and stricter',
  check: ({ thisUpdate, nextUpdate }) =>
    isBefore(thisUpdate, nextUpdate) ? undefined : 'The next list must be due after this one',
};

/** RFC 5280 5.1.2.4 and 5.1.2.6: UTCTime and GeneralizedTime hold no fraction, and cannot be before 1950. */
const wholeSeconds: Rule<CrlDraft> = {
  reason: 'CrlTimeNotWhole',
  clause: 'RFC 5280 5.1.2.4 to 5.1.2.6',
  check: ({ thisUpdate, nextUpdate, entries }) => {
    const times = [thisUpdate, nextUpdate, ...[...entries.values()].map(({ revokedAt }) => revokedAt)];
    const isFit = ({ epochMilliseconds }: Temporal.Instant) => epochMilliseconds % 1000 === 0 && epochMilliseconds >= 0;
    return times.every(isFit) ? undefined : 'Every time must be a whole second from 1970 on';
  },
};

const serialNumbers: Rule<CrlDraft> = {
  reason: 'CrlSerialNumberUnfit',
  clause: 'RFC 5280 4.1.2.2, 5.1.2.6',
  check: ({ entries }) =>
    [...entries.keys()].every((serial) => toSerial(serial) === serial)
      ? undefined
      : 'Every serial number must be a positive number of at most 20 octets, without leading zeros',
};

/** Stricter: nothing is revoked from a moment to come. */
const revokedBefore: Rule<CrlDraft> = {
  reason: 'CrlEntryInFuture',
  clause: 'RFC 5280 5.1.2.6, and stricter',
  check: ({ thisUpdate, entries }) =>
    [...entries.values()].some(({ revokedAt }) => isBefore(thisUpdate, revokedAt))
      ? 'No certificate may be revoked from a time after that of the list'
      : undefined,
};

const size: Rule<CrlDraft> = {
  reason: 'CrlTooLarge',
  clause: 'stricter',
  check: ({ entries }) =>
    entries.size > limits.crlEntries ? `A list must not hold more than ${limits.crlEntries} certificates` : undefined,
};

const rules: readonly Rule<CrlDraft>[] = [
  issuerSignsLists,
  issuerKey,
  issuerName,
  number,
  period,
  wholeSeconds,
  serialNumbers,
  revokedBefore,
  size,
];

/** Every rule's finding; empty for a list that may be signed. */
export function lintCrl(draft: CrlDraft): readonly Finding[] {
  return applyRules(rules, draft);
}
