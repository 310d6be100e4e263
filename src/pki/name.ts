import { type Der, printableString, sequence, setOfOne, toHex, utf8String } from './der.ts';
import type { DerElement } from './der-tree.ts';
import { encodedOid, isOid } from './object-identifiers.ts';

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

/** One RDN of one attribute each (RFC 5280 4.1.2.4): a SET of several would be a single multi-valued RDN. */
export function encodeName(name: Name): Der {
  return sequence(...name.map((attribute) => setOfOne(encodeAttribute(attribute))));
}

/** UTF8String wherever the type leaves the choice (RFC 5280 4.1.2.4); A.1 wants a PrintableString for these two. */
function encodeAttribute({ type, value }: NameAttribute): Der {
  const isPrintable = type === 'countryName' || type === 'serialNumber';
  return sequence(encodedOid(type), isPrintable ? printableString(value) : utf8String(value));
}

/** The last attribute of that type, as OpenSSL and NGINX take a common name: the most specific. */
export function findAttribute({ children: rdns }: DerElement, wanted: AttributeType): string | undefined {
  const attributes = rdns.flatMap(({ children }) => children);
  const attribute = attributes.findLast(({ children: [type] }) => type !== undefined && isOid(type, wanted));
  const value = attribute?.children[1];
  return value === undefined ? undefined : decodeText(value);
}

/** UTF8String, PrintableString and IA5String; of another type the octets, since it is not a text that we write. */
function decodeText({ tag, der, content }: DerElement): string {
  const isText = tag === 0x0c || tag === 0x13 || tag === 0x16;
  return isText ? Buffer.from(content).toString('utf8') : `#${toHex(der)}`;
}
