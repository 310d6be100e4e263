import type { Rule } from './rule.ts';

/** RFC 5280 A.1, upper bounds: "ub-common-name INTEGER ::= 64", counted in characters; X.520 wants at least one. */
export const commonNameLength: Rule = {
  reason: 'CommonNameLength',
  clause: 'RFC 5280 A.1',
  check: ({ subject }) => {
    const wrong = subject.find(({ type, value }) => type === 'commonName' && !hasFittingLength(value));
    return wrong && `The common name has ${lengthOf(wrong.value)} characters and not 1 to 64`;
  },
};

function hasFittingLength(value: string): boolean {
  return value !== '' && lengthOf(value) <= 64;
}

/** Characters of Unicode, not UTF-16 code units. */
function lengthOf(value: string): number {
  return Array.from(value).length;
}
