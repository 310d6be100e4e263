import { fromBER } from 'asn1js';
import { GeneralName as RareName } from 'pkijs';
import { type Der, implicit, sequence } from '../der/encode.ts';
import type { DerElement } from '../der/tree.ts';
import { limits } from '../limits.ts';
import { type DistinguishedName, readDistinguishedName } from './distinguished-name.ts';
import { formatAddress, parseAddress } from './ip-address.ts';

/** A name that we write into a certificate. */
export interface DraftedName {
  readonly type: 'DNS' | 'URI' | 'IP' | 'email';
  /** As people write it: an address as `10.0.0.1` or `2001:db8::1`, a DNS name with its A-labels. */
  readonly value: string;
}

/** GeneralName (RFC 5280 4.2.1.6), as a name or as the base of a subtree: there an address is followed by its mask. */
export type GeneralName =
  | { readonly type: 'DNS' | 'email' | 'URI'; readonly value: string }
  | { readonly type: 'IP'; readonly value: string; readonly octets: Uint8Array }
  | { readonly type: 'directory'; readonly value: string; readonly name: DistinguishedName }
  /** A form that nothing is known of here: all such names count as one form. The value is its tag: `[8]`. */
  | { readonly type: 'other'; readonly value: string };

/** Tags of the CHOICE GeneralName (RFC 5280 4.2.1.6). */
const tags = { email: 1, DNS: 2, URI: 6, IP: 7 } as const;
const textTypes: Readonly<Record<number, 'DNS' | 'email' | 'URI'>> = { 1: 'email', 2: 'DNS', 6: 'URI' };

export function encodeSubjectAltNames(names: readonly DraftedName[]): Der {
  return sequence(...names.map(encodeGeneralName));
}

/** An OCTET STRING for an address, an IA5String for the others, under the tag of its choice. */
export function encodeGeneralName({ type, value }: DraftedName): Der {
  return implicit(tags[type], type === 'IP' ? requireAddress(value) : Buffer.from(value, 'latin1'));
}

/** The lint `addressSyntax` has let the draft through, so it is one. */
function requireAddress(value: string): Uint8Array {
  const octets = parseAddress(value);
  if (octets === undefined) throw new Error('not an IP address');
  return octets;
}

/** Throws where there are none, or too many, or one is malformed. */
export function readGeneralNames({ tag, children }: DerElement): readonly GeneralName[] {
  if (tag !== 0x30 || children.length === 0 || children.length > limits.names) throw new Error('no names or too many');
  return children.map(readGeneralName);
}

/** Throws where the name is malformed. */
export function readGeneralName(element: DerElement): GeneralName {
  const { tag, content, children } = element;
  // Primitive, and of the context-specific class.
  const type = (tag & 0xe0) === 0x80 ? textTypes[tag & 0x1f] : undefined;
  if (type !== undefined) return { type, value: readText(content) };
  if (tag === 0x87) return { type: 'IP', value: formatAddress(content), octets: content };
  if (tag === 0xa4) return readDirectoryName(children);
  return readRareName(element);
}

/** IA5 without control characters: a NUL once made one name of two (CVE-2009-2408). */
function readText(content: Uint8Array): string {
  const text = Buffer.from(content).toString('latin1');
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error('no IA5String');
  return text;
}

/** Under an explicit tag, as Name is a CHOICE (X.680 31.2.7). */
function readDirectoryName([name, ...others]: readonly DerElement[]): GeneralName {
  if (name === undefined || others.length > 0) throw new Error('no directory name');
  return { type: 'directory', value: '[4]', name: readDistinguishedName(name) };
}

/** pkijs knows whether it is one at all; it takes 150 microseconds for each. */
function readRareName({ tag, der }: DerElement): GeneralName {
  const { result: schema } = fromBER(der);
  new RareName({ schema });
  return { type: 'other', value: `[${tag & 0x1f}]` };
}

/** The same for two names exactly where verifiers hold them to be one (RFC 5280 7.2, 7.5; RFC 4343 2). */
export function comparableName({ type, value }: DraftedName | GeneralName): string {
  return `${type}:${comparable[type](value)}`;
}

const comparable: Readonly<Record<GeneralName['type'], (value: string) => string>> = {
  DNS: (value) => value.toLowerCase(),
  // The local part is the mail host's own; only the host is compared without case.
  email: (value) => value.replace(/@[^@]*$/, (host) => host.toLowerCase()),
  IP: (value) => formatAddress(parseAddress(value) ?? Buffer.from(value)),
  URI: (value) => value,
  directory: (value) => value,
  other: (value) => value,
};
