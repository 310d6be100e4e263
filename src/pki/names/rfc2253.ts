import { toHex } from '../der/encode.ts';
import { readOid } from '../der/object-identifiers.ts';
import { type DerElement, readTree } from '../der/tree.ts';
import { wideTags, wideText } from './distinguished-name.ts';

/**
 * A Name in the text that NGINX and gateways compare by: `openssl x509 -nameopt rfc2253`, octet by octet. Last RDN first,
 * everything beyond ASCII escaped. Takes the DER of a Name; throws on what is none.
 */
export function toRfc2253(name: Uint8Array): string {
  // Within an RDN of several attributes OpenSSL turns the order as well.
  const rdns = readTree(name).children.map(({ children }) => children.map(attributeText).reverse().join('+'));
  return rdns.reverse().join(',');
}

/**
 * Short names of OpenSSL 3, of all types that a name of a CA may well have; it writes the value of a type without one in
 * hexadecimal.
 */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.17': 'postalCode',
  '2.5.4.41': 'name',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.3.6.1.4.1.311.60.2.1.1': 'jurisdictionL',
  '1.3.6.1.4.1.311.60.2.1.2': 'jurisdictionST',
  '1.3.6.1.4.1.311.60.2.1.3': 'jurisdictionC',
  '2.5.4.16': 'postalAddress',
  '2.5.4.18': 'postOfficeBox',
  '2.5.4.19': 'physicalDeliveryOfficeName',
  '2.5.4.20': 'telephoneNumber',
  '2.5.4.23': 'facsimileTelephoneNumber',
  '2.5.4.45': 'x500UniqueIdentifier',
  '2.5.4.51': 'houseIdentifier',
  '2.5.4.54': 'dmdName',
  '2.5.4.72': 'role',
  '2.5.4.98': 'c3',
  '2.5.4.99': 'n3',
  '2.5.4.100': 'dnsName',
  '0.9.2342.19200300.100.1.3': 'mail',
  '0.9.2342.19200300.100.1.44': 'uid',
  '1.2.840.113549.1.9.2': 'unstructuredName',
  '1.2.840.113549.1.9.8': 'unstructuredAddress',
};

function attributeText({ children: [type, value] }: DerElement): string {
  if (value === undefined) throw new Error('no attribute');
  const identifier = readOid(type);
  const short = shortNames[identifier];
  const text = short === undefined ? undefined : textOf(value);
  return `${short ?? identifier}=${text === undefined ? `#${toHex(value.der).toUpperCase()}` : escaped(text)}`;
}

const utf8Tag = 0x0c;
/** Numeric, Printable, Teletex and IA5String, both times, VisibleString: OpenSSL takes each octet for one of Latin-1. */
const latin1Tags: readonly number[] = [0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a];

/** As UTF-8; undefined: of no type that OpenSSL shows as text. */
function textOf({ tag, der, content }: DerElement): Buffer | undefined {
  if (tag === utf8Tag) return Buffer.from(content);
  if (latin1Tags.includes(tag)) return Buffer.from(Buffer.from(content).toString('latin1'));
  const wide = wideTags.includes(tag) ? wideText(der) : undefined;
  return wide === undefined ? undefined : Buffer.from(wide);
}

function escaped(text: Buffer): string {
  const last = text.length - 1;
  return Array.from(text, (octet, at) => {
    const character = String.fromCharCode(octet);
    if (octet < 0x20 || octet > 0x7e) return `\\${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    const isAtEdge = (at === 0 && ' #'.includes(character)) || (at === last && character === ' ');
    return isAtEdge || ',+"\\<>;'.includes(character) ? `\\${character}` : character;
  }).join('');
}
