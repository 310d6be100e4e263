import type { AttributeType, NameAttribute } from '../names/name.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 A.1: ub-common-name and its like. A country has two letters, which is a rule of its own. */
const upperBounds: Readonly<Record<Exclude<AttributeType, 'countryName'>, number>> = {
  stateOrProvinceName: 128,
  localityName: 128,
  organizationName: 64,
  organizationalUnitName: 64,
  commonName: 64,
  serialNumber: 64,
};

/** RFC 5280 A.1, upper bounds: "ub-common-name INTEGER ::= 64", counted in characters; X.520 wants at least one. */
const subjectAttributeLength: Rule = {
  reason: 'SubjectAttributeLength',
  clause: 'RFC 5280 A.1',
  check: ({ subject }) => subject.map(describeLength).find((sentence) => sentence !== undefined),
};

function describeLength({ type, value }: NameAttribute): string | undefined {
  if (type === 'countryName') return undefined;
  // Characters of Unicode, not UTF-16 code units.
  const { length } = Array.from(value);
  const bound = upperBounds[type];
  return length >= 1 && length <= bound ? undefined : `The ${type} has ${length} characters and not 1 to ${bound}`;
}

/**
 * X.520 leaves control characters open; we are stricter: a NUL has made verifiers read half a name (CVE-2009-2408),
 * and the others reach logs and terminals. What is no Unicode text cannot be a UTF8String (RFC 5280 4.1.2.4).
 */
const subjectCharacters: Rule = {
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

/** RFC 5280 A.1: "X520countryName ::= PrintableString (SIZE (2))"; X.520 6.3.1: the letters of ISO 3166, which are capitals. */
const countryCode: Rule = {
  reason: 'CountryInvalid',
  clause: 'RFC 5280 A.1, X.520 6.3.1',
  check: ({ subject }) => {
    const wrong = subject.find(({ type, value }) => type === 'countryName' && !/^[A-Z]{2}$/.test(value));
    return wrong && `The countryName ${JSON.stringify(wrong.value)} is not two capital letters`;
  },
};

/** RFC 5280 A.1: "X520SerialNumber ::= PrintableString", whose characters X.680 41.4 lists. */
const subjectSerialNumber: Rule = {
  reason: 'SubjectSerialNumberCharacters',
  clause: 'RFC 5280 A.1, X.680 41.4',
  check: ({ subject }) =>
    subject.some(({ type, value }) => type === 'serialNumber' && !/^[A-Za-z0-9 '()+,./:=?-]*$/.test(value))
      ? "The serialNumber of the subject has other characters than letters, digits, spaces and '()+,-./:=?"
      : undefined,
};

export const subjectRules: readonly Rule[] = [
  subjectAttributeLength,
  subjectCharacters,
  countryCode,
  subjectSerialNumber,
];
