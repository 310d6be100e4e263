import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.1.2.6: the subject of a CA is not empty. We are stricter: it carries the serial number of its
 * generation, as an NGINX whose CA was replaced by one of the same name still resumes sessions of the old one.
 */
export const caGeneration: Rule = {
  reason: 'CaWithoutGeneration',
  clause: 'RFC 5280 4.1.2.6, and stricter',
  check: ({ profile, subject }) => {
    if (profile !== 'ca') return undefined;
    const generations = subject.filter(({ type, value }) => type === 'serialNumber' && /^[0-9a-f]{16}$/.test(value));
    return generations.length === 1 ? undefined : 'The subject of the CA lacks the 16 hex digits of its generation';
  },
};
