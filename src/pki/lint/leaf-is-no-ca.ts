import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.9 and 4.2.1.3: with cA or keyCertSign a leaf could sign certificates; with cRLSign, revoke others. */
export const leafIsNoCa: Rule = {
  reason: 'LeafWithCaBits',
  clause: 'RFC 5280 4.2.1.9, 4.2.1.3',
  check: ({ profile, basicConstraints, keyUsage }) => {
    if (profile === 'ca') return undefined;
    const isCa = basicConstraints.isCa || keyUsage.includes('keyCertSign') || keyUsage.includes('cRLSign');
    return isCa || basicConstraints.pathLength !== undefined ? 'A leaf must not carry the bits of a CA' : undefined;
  },
};
