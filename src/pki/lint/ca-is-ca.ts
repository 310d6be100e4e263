import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.9: a CA says cA; 4.2.1.3: and keyCertSign with it. We are stricter: the path length is 0 and the
 * key signs certificates and CRLs only, so that the key that every leaf depends on can do nothing else.
 */
export const caIsCa: Rule = {
  reason: 'CaWithoutCaBits',
  clause: 'RFC 5280 4.2.1.9, 4.2.1.3, and stricter',
  check: ({ profile, basicConstraints, keyUsage }) => {
    if (profile !== 'ca') return undefined;
    const bits = [...keyUsage].sort().join();
    return basicConstraints.isCa && basicConstraints.pathLength === 0 && bits === 'cRLSign,keyCertSign'
      ? undefined
      : 'A CA must have cA, path length 0, and the key usages keyCertSign and cRLSign only';
  },
};
