import type { Rule } from './rule.ts';

/** RFC 5280 A.1: "X520countryName ::= PrintableString (SIZE (2))"; X.520 6.3.1: the letters of ISO 3166, which are capitals. */
export const countryCode: Rule = {
  reason: 'CountryInvalid',
  clause: 'RFC 5280 A.1, X.520 6.3.1',
  check: ({ subject }) => {
    const wrong = subject.find(({ type, value }) => type === 'countryName' && !/^[A-Z]{2}$/.test(value));
    return wrong && `The countryName ${JSON.stringify(wrong.value)} is not two capital letters`;
  },
};
