import type { AttributeTypeAndValue, RelativeDistinguishedNames } from 'pkijs';
import { toHex } from '../der.ts';
import { oid } from '../object-identifiers.ts';

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
