import { fromBER, ObjectIdentifier, Sequence, Set as SetOf } from 'asn1js';
import { RelativeDistinguishedNames } from 'pkijs';
import { toHex } from '../der.ts';
import { formatName } from './format-name.ts';

/** A name as certificates are chained by it: two of them are equal where RFC 5280 7.1 says so. */
export interface DistinguishedName {
  /** For people; long ones are cut. */
  readonly text: string;
  /** From the root down, each in a form that is equal for equal RDNs. pkijs keeps no borders between RDNs. */
  readonly rdns: readonly string[];
  /** Those of PKCS #9, which constraints of mail addresses hold for as well (RFC 5280 4.2.1.10). */
  readonly emailAddresses: readonly string[];
  readonly commonNames: readonly string[];
}

interface Attribute {
  readonly type: string;
  readonly text: string | undefined;
  readonly comparable: string;
}

const longestText = 200;
const emailAddress = '1.2.840.113549.1.9.1';
const commonName = '2.5.4.3';
/** UTF8String, PrintableString, IA5String, UniversalString, BMPString. Of the others equal octets only are equal. */
const textTags: readonly number[] = [12, 19, 22, 28, 30];

/** Throws on what is no Name. */
export function readDistinguishedName(der: Uint8Array): DistinguishedName {
  const { result } = fromBER(der);
  if (!(result instanceof Sequence)) throw new Error('no RDNSequence');
  const rdns = result.valueBlock.value.map(readRdn);
  const attributes = rdns.flat();
  const textsOf = (wanted: string) =>
    attributes.flatMap(({ type, text }) => (type === wanted && text !== undefined ? [text] : []));
  return {
    text: shorten(formatName(new RelativeDistinguishedNames({ schema: result }))),
    rdns: rdns.map((rdn) => JSON.stringify(rdn.map(({ comparable }) => comparable).sort())),
    emailAddresses: textsOf(emailAddress),
    commonNames: textsOf(commonName),
  };
}

export function isSameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return one.rdns.length === other.rdns.length && isWithin(one, other);
}

/** Whether the name is the subtree's or lies below it (RFC 5280 7.1). */
export function isWithin(name: DistinguishedName, subtree: DistinguishedName): boolean {
  return subtree.rdns.every((rdn, index) => rdn === name.rdns[index]);
}

function readRdn(rdn: unknown): readonly Attribute[] {
  if (!(rdn instanceof SetOf) || rdn.valueBlock.value.length === 0) throw new Error('no RDN');
  return rdn.valueBlock.value.map(readAttribute);
}

function readAttribute(attribute: unknown): Attribute {
  if (!(attribute instanceof Sequence)) throw new Error('no attribute');
  const [type, value, ...others] = attribute.valueBlock.value;
  if (!(type instanceof ObjectIdentifier) || value === undefined || others.length > 0) throw new Error('no attribute');
  const content: unknown = 'value' in value.valueBlock ? value.valueBlock.value : undefined;
  const isText = value.idBlock.tagClass === 1 && textTags.includes(value.idBlock.tagNumber);
  const text = isText && typeof content === 'string' ? content : undefined;
  const comparable = text === undefined ? `#${toHex(value.valueBeforeDecodeView)}` : `=${prepare(text)}`;
  return { type: type.getValue(), text, comparable: type.getValue() + comparable };
}

/** RFC 4518 as far as RFC 5280 7.1 asks for it: compatible forms, case and the number of spaces make no difference. */
function prepare(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
