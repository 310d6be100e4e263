import type { Rule } from './rule.ts';

/** RFC 9525 6: verifiers look at the subjectAltName only; a certificate without one is nobody's. */
export const subjectAltNamePresent: Rule = {
  reason: 'SubjectAltNameMissing',
  clause: 'RFC 5280 4.2.1.6, RFC 9525 6',
  check: ({ profile, subjectAltNames }) =>
    profile !== 'ca' && subjectAltNames.length === 0 ? 'The certificate has no subject alternative name' : undefined,
};
