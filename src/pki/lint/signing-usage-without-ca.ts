import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.3: with keyCertSign "the cA bit [...] MUST also be asserted". Stricter: cRLSign, which would revoke others. */
export const signingUsageWithoutCa: Rule = {
  reason: 'SigningUsageWithoutCa',
  clause: 'RFC 5280 4.2.1.3, and stricter',
  check: ({ profile, keyUsage }) =>
    profile !== 'ca' && (keyUsage.includes('keyCertSign') || keyUsage.includes('cRLSign'))
      ? 'A leaf must not have the key usages keyCertSign and cRLSign'
      : undefined,
};
