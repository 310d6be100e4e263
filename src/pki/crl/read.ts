import { verify } from 'node:crypto';
import type { Finding } from '../../std/finding.ts';
import { toHex } from '../der/encode.ts';
import { isOid, type OidName, oid, readOid } from '../der/object-identifiers.ts';
import { type DerElement, readTree } from '../der/tree.ts';
import { signatureAlgorithmOf } from '../keys/algorithm.ts';
import { limits } from '../limits.ts';
import { type DistinguishedName, isSameName, readDistinguishedName } from '../names/distinguished-name.ts';
import { remembered } from '../remembered.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readTime } from '../x509/encoded-certificate.ts';
import { type CrlEntry, type CrlReason, crlReasons, toSerial } from './draft.ts';

/** What a list of revoked certificates says of itself. Nothing here says who signed it: `isCrlOf` does. */
export interface Crl {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Temporal.Instant;
  readonly nextUpdate: Temporal.Instant;
  readonly number: bigint;
  /** Lower-case hex. */
  readonly authorityKeyId: string | undefined;
  /** By serial number, as `toSerial` makes it. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
  readonly tbsDer: Uint8Array;
  /** Object identifier. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/**
 * Reads a list as we write it: one block, version 2, complete, with a number and a next one, and no more entries and octets
 * than the limits have. Never throws: whatever else it is, is a finding.
 */
export function readCrl(pem: string): Crl | Finding {
  if (pem.length > limits.crlSize) return unreadable(`The text is larger than ${limits.crlSize / 1024} KiB`);
  try {
    return openPem(pem);
  } catch {
    return unreadable('The text is not one PEM block with a complete revocation list of version 2');
  }
}

/** Whether the list is of that CA: its name, and a signature by its key. */
export function isCrlOf(crl: Crl, { subject, keyAlgorithm, publicKey }: Certificate): boolean {
  const algorithm = signatureAlgorithmOf(keyAlgorithm);
  if (algorithm === undefined || oid[algorithm.name] !== crl.signatureAlgorithm) return false;
  return isSameName(crl.issuer, subject) && verify(algorithm.digest, crl.tbsDer, publicKey, crl.signature);
}

function unreadable(message: string): Finding {
  return { reason: 'CrlUnreadable', message };
}

const tags = { integer: 0x02, enumerated: 0x0a, bitString: 0x03, sequence: 0x30, extensions: 0xa0 } as const;
const boundaries = { begin: '-----BEGIN X509 CRL-----\n', end: '-----END X509 CRL-----\n' } as const;

/** The list in hand is read at each step of a reconcile. */
const openPem = remembered((pem: string): Crl => {
  const { begin, end } = boundaries;
  const base64 = pem.slice(begin.length, -end.length);
  const isOneBlock = pem.startsWith(begin) && pem.endsWith(`\n${end}`) && /^[A-Za-z0-9+/\n]+={0,2}\n$/.test(base64);
  if (!isOneBlock) throw new Error('not one block');
  const [tbs, algorithm, signature, ...others] = childrenOf(readTree(Buffer.from(base64, 'base64')));
  if (tbs === undefined || signature?.tag !== tags.bitString || others.length > 0) throw new Error('not a list');
  // Whole octets.
  if (signature.content[0] !== 0) throw new Error('not a signature');
  const [outer] = childrenOf(algorithm);
  return { ...readTbs(tbs), signatureAlgorithm: readOid(outer), signature: signature.content.subarray(1) };
}, limits.crlSize);

function readTbs(tbs: DerElement): Omit<Crl, 'signatureAlgorithm' | 'signature'> {
  const [version, , issuer, thisUpdate, nextUpdate, ...rest] = childrenOf(tbs);
  if (version?.tag !== tags.integer || toHex(version.content) !== '01') throw new Error('not of version 2');
  if (issuer === undefined) throw new Error('no issuer');
  const revoked = rest[0]?.tag === tags.sequence ? rest[0] : undefined;
  const [extensions, ...others] = revoked === undefined ? rest : rest.slice(1);
  if (extensions?.tag !== tags.extensions || others.length > 0) throw new Error('no extensions');
  const { cRLNumber, authorityKeyIdentifier } = readExtensions(extensions.children[0], known);
  if (cRLNumber === undefined) throw new Error('no number');
  return {
    issuer: readDistinguishedName(issuer),
    ...{ thisUpdate: requireTime(thisUpdate), nextUpdate: requireTime(nextUpdate) },
    number: BigInt(`0x${naturalOf(readTree(cRLNumber))}`),
    authorityKeyId: authorityKeyIdentifier && keyIdentifierOf(readTree(authorityKeyIdentifier)),
    entries: revoked === undefined ? new Map() : readEntries(revoked),
    tbsDer: new Uint8Array(tbs.der),
  };
}

function readEntries({ children }: DerElement): ReadonlyMap<string, CrlEntry> {
  if (children.length === 0 || children.length > limits.crlEntries) throw new Error('no entries, or too many');
  const entries = new Map(children.map(readEntry));
  if (entries.size !== children.length) throw new Error('an entry twice');
  return entries;
}

function readEntry(element: DerElement): readonly [string, CrlEntry] {
  const [serialNumber, revokedAt, extensions, ...others] = childrenOf(element);
  const serial = serialNumber && toSerial(naturalOf(serialNumber));
  if (serial === undefined || others.length > 0) throw new Error('no entry');
  const { reasonCode } = extensions === undefined ? {} : readExtensions(extensions, ['reasonCode']);
  return [serial, { revokedAt: requireTime(revokedAt), reason: reasonOf(reasonCode) }];
}

function reasonOf(value: Uint8Array | undefined): CrlReason {
  const code = value && readTree(value);
  if (code === undefined) return 'unspecified';
  const found = Object.entries(crlReasons).find(([, number]) => toHex(code.content) === toHex(Uint8Array.of(number)));
  if (code.tag !== tags.enumerated || found === undefined) throw new Error('no reason');
  return found[0] as CrlReason;
}

const known = ['cRLNumber', 'authorityKeyIdentifier'] as const satisfies readonly OidName[];

/** One that is not known may change what the list means, critical or not: it could be a delta, or of another's certificates. */
function readExtensions<Name extends OidName>(
  list: DerElement | undefined,
  names: readonly Name[],
): Readonly<Partial<Record<Name, Uint8Array>>> {
  const found: Partial<Record<Name, Uint8Array>> = {};
  for (const extension of childrenOf(list)) {
    const [id, value, ...others] = extension.children;
    const name = names.find((one) => id !== undefined && isOid(id, one));
    if (name === undefined || value?.tag !== 0x04 || others.length > 0 || name in found)
      throw new Error('an extension');
    found[name] = value.content;
  }
  return found;
}

function keyIdentifierOf(value: DerElement): string {
  const [keyId, ...others] = childrenOf(value);
  if (keyId?.tag !== 0x80 || others.length > 0) throw new Error('no key identifier');
  return toHex(keyId.content);
}

/** In hex, not negative, in as few octets as possible. */
function naturalOf({ tag, content }: DerElement): string {
  const [first = 0x80, second = 0x80] = content;
  if (tag !== tags.integer || first >= 0x80 || (first === 0 && second < 0x80 && content.length > 1)) {
    throw new Error('no natural number');
  }
  return toHex(content);
}

function requireTime(element: DerElement | undefined): Temporal.Instant {
  const time = element && readTime(element);
  if (time === undefined) throw new Error('no time');
  return time;
}

function childrenOf(element: DerElement | undefined): readonly DerElement[] {
  if (element?.tag !== tags.sequence) throw new Error('not a SEQUENCE');
  return element.children;
}
