import type { Rule } from './rule.ts';

/**
 * X.520 leaves control characters open; we are stricter: a NUL has made verifiers read half a name (CVE-2009-2408),
 * and the others reach logs and terminals. What is no Unicode text cannot be a UTF8String (RFC 5280 4.1.2.4).
 */
export const subjectCharacters: Rule = {
  reason: 'SubjectCharacters',
  clause: 'RFC 5280 4.1.2.4, and stricter',
  check: ({ subject }) => {
    const wrong = subject.find(({ value }) => !isPrintable(value));
    return wrong && `The ${wrong.type} has a control character or half a surrogate pair`;
  },
};

function isPrintable(value: string): boolean {
  return value.isWellFormed() && !/[\x00-\x1f\x7f-\x9f]/.test(value);
}
