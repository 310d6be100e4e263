import { isBefore } from '../validity.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 6.1.3 (a)(2): a path is valid while each certificate in it is. A leaf that outlives its CA shows a
 * notAfter, and so a renewal time, that does not hold; RFC 5280 itself would allow it.
 */
export const validityWithinIssuer: Rule = {
  reason: 'ValidityOutsideIssuer',
  clause: 'RFC 5280 6.1.3, and stricter',
  check: ({ notBefore, notAfter, issuer }) =>
    isBefore(notBefore, issuer.notBefore) || isBefore(issuer.notAfter, notAfter)
      ? 'The certificate would be valid when its CA is not'
      : undefined,
};
