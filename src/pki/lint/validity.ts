import { isBefore, toWholeSeconds } from '../x509/validity.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.5: the period runs from notBefore through notAfter. */
const validityOrder: Rule = {
  reason: 'ValidityInverted',
  clause: 'RFC 5280 4.1.2.5',
  check: ({ notBefore, notAfter }) =>
    isBefore(notAfter, notBefore) ? 'The certificate would end before it begins' : undefined,
};

/**
 * RFC 5280 6.1.3 (a)(2): a path is valid while each certificate in it is. A leaf that outlives its CA shows a
 * notAfter, and so a renewal time, that does not hold; RFC 5280 itself would allow it.
 */
const validityWithinIssuer: Rule = {
  reason: 'ValidityOutsideIssuer',
  clause: 'RFC 5280 6.1.3, and stricter',
  check: ({ notBefore, notAfter, issuer }) =>
    isBefore(notBefore, issuer.notBefore) || isBefore(issuer.notAfter, notAfter)
      ? 'The certificate would be valid when its CA is not'
      : undefined,
};

/** RFC 5280 4.1.2.5.1 and 4.1.2.5.2: no fractional seconds; they would be lost, and the draft not say what is signed. */
const validityWholeSeconds: Rule = {
  reason: 'ValidityFraction',
  clause: 'RFC 5280 4.1.2.5',
  check: ({ notBefore, notAfter }) =>
    [notBefore, notAfter].every((instant) => instant.equals(toWholeSeconds(instant)))
      ? undefined
      : 'The certificate would begin or end within a second',
};

/**
 * RFC 5280 4.1.2.2: "MUST be a positive integer", "conforming CAs MUST NOT use serialNumber values longer than 20
 * octets". X.690 8.3.2: as few octets as possible. CA/Browser Forum BR 7.1: at least 64 bits of chance, which keep a
 * collision of the digest from being prepared.
 */
const serialNumber: Rule = {
  reason: 'SerialNumberInvalid',
  clause: 'RFC 5280 4.1.2.2, CA/Browser Forum BR 7.1',
  check: ({ serialNumber: octets }) =>
    isPositive(octets) && isMinimal(octets) && octets.length >= 8 && octets.length <= 20
      ? undefined
      : 'The serial number is not a positive integer of 8 to 20 octets',
};

function isPositive([first = 0, ...rest]: Uint8Array): boolean {
  return first < 0x80 && [first, ...rest].some((octet) => octet !== 0);
}

function isMinimal([first, second = 0x80]: Uint8Array): boolean {
  return first !== 0 || second >= 0x80;
}

export const numberRules: readonly Rule[] = [validityOrder, validityWithinIssuer, validityWholeSeconds, serialNumber];
