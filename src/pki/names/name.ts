import { type Der, printableString, sequence, setOfOne, utf8String } from '../der/encode.ts';
import { encodedOid, oid } from '../der/object-identifiers.ts';
import type { DistinguishedName } from './distinguished-name.ts';

/** Attributes of a name that we write, in the order in which they stand there: from the general to the particular. */
const attributeTypes = [
  'countryName',
  'stateOrProvinceName',
  'localityName',
  'organizationName',
  'organizationalUnitName',
  'commonName',
  'serialNumber',
] as const;

export type AttributeType = (typeof attributeTypes)[number];

/** A distinguished name that we write: one attribute for each RDN, in this order. */
export type Name = readonly NameAttribute[];

export interface NameAttribute {
  readonly type: AttributeType;
  readonly value: string;
}

export type NameFields = Readonly<Partial<Record<AttributeType, string | undefined>>>;

export function toName(fields: NameFields): Name {
  return attributeTypes.flatMap((type) => {
    const value = fields[type];
    return value === undefined ? [] : [{ type, value }];
  });
}

/** Of a name that was read, the attributes that we know. */
export function knownAttributes({ attributes }: DistinguishedName): Name {
  return attributes.flatMap(({ type, text }): Name => {
    const known = attributeTypes.find((one) => oid[one] === type);
    return known === undefined || text === undefined ? [] : [{ type: known, value: text }];
  });
}

/** One RDN of one attribute each (RFC 5280 4.1.2.4): a SET of several would be a single multi-valued RDN. */
export function encodeName(name: Name): Der {
  return sequence(...name.map((attribute) => setOfOne(encodeAttribute(attribute))));
}

/** UTF8String wherever the type leaves the choice (RFC 5280 4.1.2.4); A.1 wants a PrintableString for these two. */
function encodeAttribute({ type, value }: NameAttribute): Der {
  const isPrintable = type === 'countryName' || type === 'serialNumber';
  return sequence(encodedOid(type), isPrintable ? printableString(value) : utf8String(value));
}
