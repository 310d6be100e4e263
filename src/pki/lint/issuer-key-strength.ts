import { signatureAlgorithmOf } from '../algorithm.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.3: the signature field names an algorithm; it follows the issuer's key, which must be one we sign with. */
export const issuerKeyStrength: Rule = {
  reason: 'IssuerKeyWeak',
  clause: 'RFC 5280 4.1.2.3, NIST SP 800-57 part 1',
  check: ({ issuer }) =>
    signatureAlgorithmOf(issuer.keyAlgorithm) === undefined
      ? `The CA has a key of ${issuer.keyAlgorithm}, which is too weak or not supported`
      : undefined,
};
