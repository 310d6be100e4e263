import type { AttributeType, NameAttribute } from '../name.ts';
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
export const subjectAttributeLength: Rule = {
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
