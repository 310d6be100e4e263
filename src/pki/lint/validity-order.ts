import { isBefore } from '../validity.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.5: the period runs from notBefore through notAfter. */
export const validityOrder: Rule = {
  reason: 'ValidityInverted',
  clause: 'RFC 5280 4.1.2.5',
  check: ({ notBefore, notAfter }) =>
    isBefore(notAfter, notBefore) ? 'The certificate would end before it begins' : undefined,
};
