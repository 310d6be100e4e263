import type { Rule } from './rule.ts';

/** RFC 5280 6.1.4 (k), (n): no verifier accepts a certificate below one that lacks cA or the key usage keyCertSign. */
export const issuerIsCa: Rule = {
  reason: 'IssuerNotCa',
  clause: 'RFC 5280 6.1.4',
  check: ({ issuer }) => (issuer.isCa ? undefined : 'The issuer is not a CA or may not sign certificates'),
};
