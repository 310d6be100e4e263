import { OctetString } from 'asn1js';
import { type Der, implicit, sequence } from './der.ts';
import type { ParsedName } from './general-names.ts';
import { formatAddress, parseAddress } from './ip-address.ts';

/** A name that we write into a certificate. */
export interface DraftedName {
  readonly type: 'DNS' | 'URI' | 'IP' | 'email';
  /** As people write it: an address as `10.0.0.1` or `2001:db8::1`, a DNS name with its A-labels. */
  readonly value: string;
}

/** A name that a certificate carries, perhaps one that others made. Of `other` there is the tag: `[4]`, a directory name. */
export interface SubjectAltName {
  readonly type: DraftedName['type'] | 'other';
  readonly value: string;
}

/** Tags of the CHOICE GeneralName (RFC 5280 4.2.1.6). */
const tags = { email: 1, DNS: 2, URI: 6, IP: 7 } as const;
const textTypes = ['email', 'DNS', 'URI'] as const;

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

export function readGeneralName({ type: tag, value: content }: ParsedName): SubjectAltName {
  const value: unknown = content;
  if (tag === tags.IP && value instanceof OctetString) {
    return { type: 'IP', value: formatAddress(value.valueBlock.valueHexView) };
  }
  const type = textTypes.find((candidate) => tags[candidate] === tag);
  return type !== undefined && typeof value === 'string' ? { type, value } : { type: 'other', value: `[${tag}]` };
}

/** The same for two names exactly where verifiers hold them to be one (RFC 5280 7.2, 7.5; RFC 4343 2). */
export function comparableName({ type, value }: SubjectAltName): string {
  return `${type}:${comparable[type](value)}`;
}

const comparable: Readonly<Record<SubjectAltName['type'], (value: string) => string>> = {
  DNS: (value) => value.toLowerCase(),
  // The local part is the mail host's own; only the host is compared without case.
  email: (value) => value.replace(/@[^@]*$/, (host) => host.toLowerCase()),
  IP: (value) => formatAddress(parseAddress(value) ?? Buffer.from(value)),
  URI: (value) => value,
  other: (value) => value,
};
