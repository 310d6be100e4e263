import { fromBER } from 'asn1js';
import { toHex } from '../der/encode.ts';
import { type OidName, oid, readOid } from '../der/object-identifiers.ts';
import type { DerElement } from '../der/tree.ts';

/** A name as certificates are chained by it: two of them are equal where RFC 5280 7.1 says so. */
export interface DistinguishedName {
  readonly der: Uint8Array;
  /** For people; long ones are cut. In the order of the certificate: `CN=ROOTCA,serialNumber=0011223344556677`. */
  readonly text: string;
  /** From the root down, each in a form that is equal for equal RDNs. */
  readonly rdns: readonly string[];
  readonly attributes: readonly Attribute[];
}

interface Attribute {
  /** Object identifier. */
  readonly type: string;
  /** Undefined: of no string type that names are compared by. */
  readonly text: string | undefined;
  readonly der: Uint8Array;
  readonly shown: string;
}

const longestText = 200;
const tags = { sequence: 0x30, set: 0x31, utf8String: 0x0c, printableString: 0x13, ia5String: 0x16 } as const;
/** UniversalString and BMPString. Of other types than these five equal octets only are equal. */
export const wideTags: readonly number[] = [0x1c, 0x1e];
/** Shown to people as they are: NumericString, TeletexString, VideotexString, GraphicString, VisibleString, GeneralString. */
const shownTags: readonly number[] = [0x12, 0x14, 0x15, 0x19, 0x1a, 0x1b];

/** RFC 4514 3, RFC 4519 and what OpenSSL prints. */
const shortNames: Readonly<Record<string, string>> = {
  [oid.commonName]: 'CN',
  [oid.serialNumber]: 'serialNumber',
  [oid.countryName]: 'C',
  [oid.localityName]: 'L',
  [oid.stateOrProvinceName]: 'ST',
  [oid.organizationName]: 'O',
  [oid.organizationalUnitName]: 'OU',
  [oid.domainComponent]: 'DC',
  [oid.emailAddress]: 'emailAddress',
};

/** Throws on what is no Name. */
export function readDistinguishedName({ tag, der, children }: DerElement): DistinguishedName {
  if (tag !== tags.sequence) throw new Error('no RDNSequence');
  const rdns = children.map(readRdn);
  const attributes = rdns.flat();
  return {
    ...{ der, attributes },
    text: shorten(attributes.map(({ type, shown }) => `${shortNames[type] ?? type}=${escapeText(shown)}`).join(',')),
    rdns: rdns.map((rdn) => JSON.stringify(rdn.map(comparable).sort())),
  };
}

/** The values of one type, from the general to the particular. */
export function textsOf({ attributes }: DistinguishedName, name: OidName): readonly string[] {
  return attributes.flatMap(({ type, text }) => (type === oid[name] && text !== undefined ? [text] : []));
}

export function isSameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return one.rdns.length === other.rdns.length && isWithin(one, other);
}

/** Whether the name is the subtree's or lies below it (RFC 5280 7.1). */
export function isWithin(name: DistinguishedName, subtree: DistinguishedName): boolean {
  return subtree.rdns.every((rdn, index) => rdn === name.rdns[index]);
}

function readRdn({ tag, children }: DerElement): readonly Attribute[] {
  if (tag !== tags.set || children.length === 0) throw new Error('no RDN');
  return children.map(readAttribute);
}

function readAttribute({ tag, children: [type, value, ...others] }: DerElement): Attribute {
  if (tag !== tags.sequence || value === undefined || others.length > 0) throw new Error('no attribute');
  const text = textOf(value);
  const { der } = value;
  const shown = text ?? (shownTags.includes(value.tag) ? latin1(value.content) : `#${toHex(der)}`);
  return { type: readOid(type), text, der, shown };
}

function textOf({ tag, der, content }: DerElement): string | undefined {
  if (tag === tags.printableString || tag === tags.ia5String) return latin1(content);
  if (wideTags.includes(tag)) return wideText(der);
  if (tag !== tags.utf8String) return undefined;
  const text = Buffer.from(content).toString('utf8');
  // What is no UTF-8 would be equal to other octets that are none.
  return text.includes('\ufffd') && !Buffer.from(text).equals(content) ? undefined : text;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

export function wideText(der: Uint8Array): string | undefined {
  const { valueBlock } = fromBER(der).result;
  const text: unknown = 'value' in valueBlock ? valueBlock.value : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** RFC 4518 as far as RFC 5280 7.1 asks for it: compatible forms, case and the number of spaces make no difference. */
function comparable({ type, text, der }: Attribute): string {
  if (text === undefined) return `${type}#${toHex(der)}`;
  return `${type}=${text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()}`;
}

/** RFC 4514 2.4; control characters too, so that a foreign subject cannot write to a terminal or start a log line. */
function escapeText(text: string): string {
  return text
    .replace(/[,+"\\<>;=]/g, '\\$&')
    .replace(/[\x00-\x1f\x7f]/g, (control) => `\\${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
