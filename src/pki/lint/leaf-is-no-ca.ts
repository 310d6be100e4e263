import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.9: with cA a leaf could sign certificates in the name of whoever trusts its issuer. */
export const leafIsNoCa: Rule = {
  reason: 'LeafIsCa',
  clause: 'RFC 5280 4.2.1.9',
  check: ({ profile, basicConstraints }) =>
    profile !== 'ca' && basicConstraints.isCa ? 'A leaf must not be a CA' : undefined,
};
