import { comparableName } from '../subject-alt-name.ts';
import type { Rule } from './rule.ts';

/**
 * CA/Browser Forum BR 7.1.4.3: the common name of a server "MUST contain exactly one entry that is one of the values
 * contained in the Certificate's subjectAltName extension". Old verifiers take it for a host name (RFC 9525 2).
 */
export const commonNameInNames: Rule = {
  reason: 'CommonNameNotAName',
  clause: 'CA/Browser Forum BR 7.1.4.3',
  check: ({ profile, subject, subjectAltNames }) => {
    if (profile !== 'server') return undefined;
    const names = new Set(subjectAltNames.map(comparableName));
    const isName = (value: string) =>
      (['DNS', 'IP'] as const).some((type) => names.has(comparableName({ type, value })));
    const wrong = subject.find(({ type, value }) => type === 'commonName' && !isName(value));
    return wrong && `The common name ${JSON.stringify(wrong.value)} is none of the subject alternative names`;
  },
};
