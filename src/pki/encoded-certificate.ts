import { type DerElement, readTree } from './der-tree.ts';
import { isOid, type OidName } from './object-identifiers.ts';

/** TBSCertificate (RFC 5280 4.1) taken apart: its elements as they stand there, none of them judged. */
export interface EncodedCertificate {
  readonly whole: DerElement;
  /** Absent: version 1. */
  readonly version: DerElement | undefined;
  readonly signature: DerElement;
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

const tags = { boolean: 0x01, octetString: 0x04, version: 0xa0, extensions: 0xa3 } as const;

/** From the DER of a whole certificate. Throws where it is none. */
export function readEncodedCertificate(der: Uint8Array): EncodedCertificate {
  return fromElement(readTree(der).children[0]);
}

/** From the DER of a TBSCertificate. Throws where it is none. */
export function readEncodedTbs(tbsDer: Uint8Array): EncodedCertificate {
  return fromElement(readTree(tbsDer));
}

function fromElement(whole: DerElement | undefined): EncodedCertificate {
  const elements = whole?.children ?? [];
  const version = elements[0]?.tag === tags.version ? elements[0] : undefined;
  const [, signature, , validity, subject, publicKey, ...optional] =
    version === undefined ? elements : elements.slice(1);
  if (!(whole && signature && validity && subject && publicKey)) throw new Error('not a TBSCertificate');
  const list = optional.find(({ tag }) => tag === tags.extensions)?.children[0]?.children ?? [];
  const extensions = list.map(readExtension);
  return { whole, version, signature, validity, subject, publicKey, extensions };
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue }. */
function readExtension({ children: [oid, second, third] }: DerElement): EncodedExtension {
  const isMarked = second?.tag === tags.boolean;
  const value = isMarked ? third : second;
  if (oid === undefined || value === undefined || value.tag !== tags.octetString) throw new Error('not an Extension');
  return { oid, isCritical: isMarked && second?.content[0] !== 0, value: value.content };
}

export function findExtension(
  { extensions }: Pick<EncodedCertificate, 'extensions'>,
  name: OidName,
): EncodedExtension | undefined {
  return extensions.find(({ oid }) => isOid(oid, name));
}
