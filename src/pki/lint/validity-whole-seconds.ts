import { toWholeSeconds } from '../validity.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.5.1 and 4.1.2.5.2: no fractional seconds; they would be lost, and the draft not say what is signed. */
export const validityWholeSeconds: Rule = {
  reason: 'ValidityFraction',
  clause: 'RFC 5280 4.1.2.5',
  check: ({ notBefore, notAfter }) =>
    [notBefore, notAfter].every((instant) => instant.equals(toWholeSeconds(instant)))
      ? undefined
      : 'The certificate would begin or end within a second',
};
