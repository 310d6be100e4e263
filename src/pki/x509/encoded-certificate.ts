import { isOid, type OidName } from '../der/object-identifiers.ts';
import type { DerElement } from '../der/tree.ts';

/** TBSCertificate (RFC 5280 4.1) taken apart: its elements as they stand there, none of them judged. */
export interface EncodedCertificate {
  readonly whole: DerElement;
  /** 1, where nothing is said. */
  readonly version: number;
  readonly serialNumber: DerElement;
  readonly signature: DerElement;
  readonly issuer: DerElement;
  readonly validity: DerElement;
  readonly subject: DerElement;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: DerElement;
  readonly extensions: readonly EncodedExtension[];
}

export interface EncodedExtension {
  readonly oid: DerElement;
  readonly isCritical: boolean;
  /** DER of what the extension says. */
  readonly value: Uint8Array;
}

const tags = {
  ...{ boolean: 0x01, octetString: 0x04, version: 0xa0, extensions: 0xa3 },
  ...{ utcTime: 0x17, generalizedTime: 0x18 },
} as const;
/** To the second and in UTC (RFC 5280 4.1.2.5); a second 60 is none that a clock shows. */
const timeForm = /^(\d\d|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)([0-5]\d)Z$/;

/** Throws where it is no TBSCertificate. */
export function readTbs(whole: DerElement | undefined): EncodedCertificate {
  const [first, ...others] = whole?.children ?? [];
  const [serialNumber, signature, issuer, validity, subject, publicKey, ...optional] =
    first?.tag === tags.version ? others : [first, ...others];
  if (!(whole && serialNumber && signature && issuer && validity && subject && publicKey)) {
    throw new Error('not a TBSCertificate');
  }
  const version = first?.tag === tags.version ? readVersion(first) : 1;
  const list = optional.find((element) => element?.tag === tags.extensions)?.children[0]?.children ?? [];
  const extensions = list.map(readExtension);
  return { whole, version, serialNumber, signature, issuer, validity, subject, publicKey, extensions };
}

/** Counted from 0 there. */
function readVersion({ children: [number, ...others] }: DerElement): number {
  const [octet] = number?.content ?? [];
  if (octet === undefined || number?.content.length !== 1 || others.length > 0) throw new Error('not a version');
  return octet + 1;
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue }. */
function readExtension({ children: [oid, ...rest] }: DerElement): EncodedExtension {
  const mark = rest[0]?.tag === tags.boolean ? rest[0] : undefined;
  const [value, ...others] = mark === undefined ? rest : rest.slice(1);
  if (!(oid && value?.tag === tags.octetString) || others.length > 0) throw new Error('not an Extension');
  return { oid, isCritical: mark !== undefined && mark.content[0] !== 0, value: value.content };
}

export function findExtension(
  { extensions }: Pick<EncodedCertificate, 'extensions'>,
  name: OidName,
): EncodedExtension | undefined {
  return extensions.find(({ oid }) => isOid(oid, name));
}

/** Undefined where it is no UTCTime or GeneralizedTime of that form, or none that a calendar has. */
export function readTime({ tag, content }: DerElement): Temporal.Instant | undefined {
  const parts = timeForm.exec(Buffer.from(content).toString('latin1')) ?? [];
  const [, digits = '', month, day, hour, minute, second] = parts;
  if (tag !== (digits.length === 4 ? tags.generalizedTime : tags.utcTime)) return undefined;
  // RFC 5280 4.1.2.5.1: two digits from 50 on are of the last century.
  const year = digits.length === 4 ? digits : `${digits < '50' ? 20 : 19}${digits}`;
  try {
    return Temporal.Instant.from(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  } catch {
    return undefined;
  }
}
