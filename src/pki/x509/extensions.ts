import { toHex } from '../der/encode.ts';
import { oid, readOid } from '../der/object-identifiers.ts';
import { type DerElement, readTree } from '../der/tree.ts';
import { type GeneralName, readGeneralNames } from '../names/general-name.ts';
import { type NameConstraints, readNameConstraints } from '../names/name-constraints.ts';
import type { EncodedExtension } from './encoded-certificate.ts';

/** What is read of the extensions (RFC 5280 4.2). Undefined: the certificate does not have it. */
export interface Extensions {
  readonly basicConstraints: { readonly isCa: boolean; readonly pathLength: number | undefined } | undefined;
  /** Numbers of the bits that are set (RFC 5280 4.2.1.3). */
  readonly keyUsage: readonly number[] | undefined;
  /** Object identifiers; not empty. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Empty: it has none. */
  readonly subjectAltNames: readonly GeneralName[];
  /** Of a CA: what it may certify. */
  readonly nameConstraints: NameConstraints | undefined;
  /** Lower-case hex. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Object identifiers of those that may demand what is not checked here: path validation has to refuse it. */
  readonly refused: readonly string[];
}

/** Numbers of RFC 5280 4.2.1.3. */
export const keyUsageBits = {
  digitalSignature: 0,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const satisfies Record<string, number>;

const tags = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, sequence: 0x30 } as const;
/** policyMappings, policyConstraints, inhibitAnyPolicy: critical or not, as they can only make a path invalid. */
const policyRules: readonly string[] = ['2.5.29.33', '2.5.29.36', '2.5.29.54'];
const processed: readonly string[] = [
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.subjectAltName,
  oid.subjectKeyIdentifier,
  oid.authorityKeyIdentifier,
  oid.nameConstraints,
];

/** Throws where one that is read here is malformed, has too many names, or is there twice (RFC 5280 4.2). */
export function readExtensions(extensions: readonly EncodedExtension[]): Extensions {
  const byId = new Map(extensions.map((extension) => [readOid(extension.oid), extension]));
  if (byId.size !== extensions.length) throw new Error('an extension twice');
  const find = <Value>(id: string, read: (value: DerElement) => Value): Value | undefined => {
    const extension = byId.get(id);
    return extension && read(readTree(extension.value));
  };
  return {
    basicConstraints: find(oid.basicConstraints, readBasicConstraints),
    keyUsage: find(oid.keyUsage, readBits),
    extendedKeyUsage: find(oid.extKeyUsage, readPurposes),
    subjectAltNames: find(oid.subjectAltName, readGeneralNames) ?? [],
    nameConstraints: find(oid.nameConstraints, readNameConstraints),
    subjectKeyId: find(oid.subjectKeyIdentifier, (value) => toHex(contentOf(value, tags.octetString))),
    authorityKeyId: find(oid.authorityKeyIdentifier, readKeyIdentifier),
    refused: [...byId].filter(isRefused).map(([id]) => id),
  };
}

function isRefused([id, { isCritical }]: readonly [string, EncodedExtension]): boolean {
  return policyRules.includes(id) || (isCritical && !processed.includes(id));
}

function contentOf(element: DerElement, tag: number): Uint8Array {
  if (element.tag !== tag) throw new Error('a malformed extension');
  return element.content;
}

/** SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } (RFC 5280 4.2.1.9). */
function readBasicConstraints({ tag, children }: DerElement): Extensions['basicConstraints'] {
  const hasFlag = children[0]?.tag === tags.boolean;
  const isCa = hasFlag && children[0]?.content[0] !== 0;
  const [length, ...others] = hasFlag ? children.slice(1) : children;
  if (tag !== tags.sequence || others.length > 0) throw new Error('malformed basic constraints');
  if (length === undefined) return { isCa, pathLength: undefined };
  const [first = 0x80] = contentOf(length, tags.integer);
  // Only where cA is asserted, and not negative.
  if (!isCa || first >= 0x80) throw new Error('malformed path length');
  return { isCa, pathLength: Number(`0x${toHex(length.content)}`) };
}

function readBits(value: DerElement): readonly number[] {
  const [unused = 8, ...octets] = contentOf(value, tags.bitString);
  if (unused > 7 || (unused > 0 && octets.length === 0)) throw new Error('malformed bits');
  return octets.flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => 8 * index + bit),
  );
}

function readPurposes({ tag, children }: DerElement): readonly string[] {
  if (tag !== tags.sequence || children.length === 0) throw new Error('no purpose');
  return children.map(readOid);
}

/** SEQUENCE { keyIdentifier [0], authorityCertIssuer [1], authorityCertSerialNumber [2] }, all optional (RFC 5280 4.2.1.1). */
function readKeyIdentifier({ tag, children }: DerElement): string | undefined {
  const places = children.map((child) => [0x80, 0xa1, 0x82].indexOf(child.tag));
  if (tag !== tags.sequence || places.some((place, index) => place <= (places[index - 1] ?? -1))) {
    throw new Error('malformed authority key identifier');
  }
  return children[0]?.tag === 0x80 ? toHex(children[0].content) : undefined;
}
