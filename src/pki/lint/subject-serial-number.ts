import type { Rule } from './rule.ts';

/** RFC 5280 A.1: "X520SerialNumber ::= PrintableString", whose characters X.680 41.4 lists. */
export const subjectSerialNumber: Rule = {
  reason: 'SubjectSerialNumberCharacters',
  clause: 'RFC 5280 A.1, X.680 41.4',
  check: ({ subject }) =>
    subject.some(({ type, value }) => type === 'serialNumber' && !/^[A-Za-z0-9 '()+,./:=?-]*$/.test(value))
      ? "The serialNumber of the subject has other characters than letters, digits, spaces and '()+,-./:=?"
      : undefined,
};
