import type { AttributeTypeAndValue, RelativeDistinguishedNames } from 'pkijs';
import { type Der, printableString, sequence, setOfOne, toHex, utf8String } from './der.ts';
import type { DerElement } from './der-tree.ts';
import { encodedOid, isOid, oid } from './object-identifiers.ts';

/** Attributes of a name that we write, in the order in which they stand there: from the general to the particular. */
export const attributeTypes = [
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

/** RFC 4514 3, RFC 4519 and what OpenSSL prints. */
const shortNames: Readonly<Record<string, string>> = {
  [oid.commonName]: 'CN',
  [oid.serialNumber]: 'serialNumber',
  [oid.countryName]: 'C',
  [oid.localityName]: 'L',
  [oid.stateOrProvinceName]: 'ST',
  [oid.organizationName]: 'O',
  [oid.organizationalUnitName]: 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** A name for people, in the order of the certificate: `CN=ROOTCA,serialNumber=0011223344556677`. */
export function formatName(name: RelativeDistinguishedNames): string {
  return name.typesAndValues
    .map((attribute) => `${shortNames[attribute.type] ?? attribute.type}=${escapeText(textOf(attribute))}`)
    .join(',');
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

function textOf({ value }: AttributeTypeAndValue): string {
  const text: unknown = value.valueBlock.value;
  return typeof text === 'string' ? text : `#${toHex(value.valueBeforeDecodeView)}`;
}

/** RFC 4514 2.4; control characters too, so that a foreign subject cannot write to a terminal or start a log line. */
function escapeText(text: string): string {
  return text
    .replace(/[,+"\\<>;=]/g, '\\$&')
    .replace(/[\x00-\x1f\x7f]/g, (control) => `\\${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
