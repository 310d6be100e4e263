import { BitString, OctetString } from 'asn1js';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  type Extension,
  ExtKeyUsage,
  type GeneralSubtree,
  NameConstraints,
} from 'pkijs';
import { toHex } from '../der.ts';
import { parseGeneralNames } from '../general-names.ts';
import { oid } from '../object-identifiers.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { limits } from './limits.ts';

/** What path validation reads of the extensions (RFC 5280 4.2). Undefined: the certificate does not have it. */
export interface PathExtensions {
  readonly basicConstraints: { readonly isCa: boolean; readonly pathLength: number | undefined } | undefined;
  /** Numbers of the bits that are set (RFC 5280 4.2.1.3). */
  readonly keyUsage: readonly number[] | undefined;
  /** Object identifiers; not empty. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectAltNames: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameSubtrees | undefined;
  /** Lower-case hex. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Object identifiers of those that may demand what is not checked here: the certificate has to be refused. */
  readonly refused: readonly string[];
}

export interface NameSubtrees {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

const nameConstraints = '2.5.29.30';
/** policyMappings, policyConstraints, inhibitAnyPolicy: critical or not, as they can only make a path invalid. */
const policyRules: readonly string[] = ['2.5.29.33', '2.5.29.36', '2.5.29.54'];
const processed: readonly string[] = [
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.subjectAltName,
  oid.subjectKeyIdentifier,
  oid.authorityKeyIdentifier,
  nameConstraints,
];

/** Throws where one that is read here is malformed, has too many names, or is there twice (RFC 5280 4.2). */
export function readExtensions(extensions: readonly Extension[]): PathExtensions {
  const ids = extensions.map(({ extnID }) => extnID);
  if (new Set(ids).size !== ids.length) throw new Error('an extension twice');
  const find = <Value extends object>(id: string, type: new () => Value): Value | undefined =>
    parsedValueOf(extensions[ids.indexOf(id)], type);
  return {
    basicConstraints: readBasicConstraints(find(oid.basicConstraints, BasicConstraints)),
    keyUsage: readBits(find(oid.keyUsage, BitString)),
    extendedKeyUsage: readPurposes(find(oid.extKeyUsage, ExtKeyUsage)),
    subjectAltNames: readNames(extensions[ids.indexOf(oid.subjectAltName)]),
    nameConstraints: readSubtrees(find(nameConstraints, NameConstraints)),
    subjectKeyId: hexOf(find(oid.subjectKeyIdentifier, OctetString)),
    authorityKeyId: hexOf(find(oid.authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier),
    refused: extensions.filter(isRefused).map(({ extnID }) => extnID),
  };
}

function isRefused({ extnID, critical }: Extension): boolean {
  return policyRules.includes(extnID) || (critical && !processed.includes(extnID));
}

function parsedValueOf<Value extends object>(
  extension: Extension | undefined,
  type: new () => Value,
): Value | undefined {
  if (extension === undefined) return undefined;
  const value = extension.parsedValue;
  if (!(value instanceof type) || 'parsingError' in value) throw new Error(`malformed extension ${extension.extnID}`);
  return value;
}

function readBasicConstraints(value: BasicConstraints | undefined): PathExtensions['basicConstraints'] {
  if (value === undefined) return undefined;
  const { cA: isCa, pathLenConstraint } = value;
  if (pathLenConstraint === undefined) return { isCa, pathLength: undefined };
  const pathLength = Number(typeof pathLenConstraint === 'number' ? pathLenConstraint : pathLenConstraint.toBigInt());
  // RFC 5280 4.2.1.9: only where cA is asserted.
  if (!isCa || pathLength < 0) throw new Error('malformed path length');
  return { isCa, pathLength };
}

function readBits(value: BitString | undefined): readonly number[] | undefined {
  if (value === undefined) return undefined;
  const octets = value.valueBlock.valueHexView;
  return Array.from(octets, (octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => 8 * index + bit),
  ).flat();
}

function readPurposes(value: ExtKeyUsage | undefined): readonly string[] | undefined {
  if (value?.keyPurposes.length === 0) throw new Error('no purpose');
  return value?.keyPurposes;
}

function readNames(extension: Extension | undefined): readonly GeneralName[] | undefined {
  if (extension === undefined) return undefined;
  const altNames = parseGeneralNames(extension.extnValue.valueBlock.valueHexView);
  if (altNames.length === 0 || altNames.length > limits.names) throw new Error('no names or too many');
  return altNames.map(readGeneralName);
}

function readSubtrees(value: NameConstraints | undefined): NameSubtrees | undefined {
  if (value === undefined) return undefined;
  const { permittedSubtrees = [], excludedSubtrees = [] } = value;
  const count = permittedSubtrees.length + excludedSubtrees.length;
  if (count === 0 || count > limits.subtrees) throw new Error('no subtrees or too many');
  return { permitted: permittedSubtrees.map(readSubtree), excluded: excludedSubtrees.map(readSubtree) };
}

/** RFC 5280 4.2.1.10: the whole subtree, as minimum and maximum are not used. */
function readSubtree({ base, minimum, maximum }: GeneralSubtree): GeneralName {
  const least = typeof minimum === 'number' ? minimum : Number(minimum.toBigInt());
  if (least !== 0 || maximum !== undefined) throw new Error('part of a subtree');
  return readGeneralName(base);
}

function hexOf(octets: OctetString | undefined): string | undefined {
  return octets === undefined ? undefined : toHex(octets.valueBlock.valueHexView);
}
