import { OctetString } from 'asn1js';
import type { AltName, GeneralName } from 'pkijs';
import { type Der, implicit, sequence, toHex } from './der.ts';

/** A name that we write into a certificate. */
export interface DraftedName {
  readonly type: 'DNS' | 'URI';
  readonly value: string;
}

/** A name that a certificate carries, perhaps one that others made. Of `other` there is the tag: `[4]`, a directory name. */
export interface SubjectAltName {
  readonly type: 'DNS' | 'URI' | 'IP' | 'email' | 'other';
  readonly value: string;
}

/** Tags of the CHOICE GeneralName (RFC 5280 4.2.1.6). */
const tags = { email: 1, DNS: 2, URI: 6, IP: 7 } as const;
const textTypes = ['email', 'DNS', 'URI'] as const;

/** GeneralNames: each an IA5String under the tag of its choice. */
export function encodeSubjectAltNames(names: readonly DraftedName[]): Der {
  return sequence(...names.map(({ type, value }) => implicit(tags[type], Buffer.from(value, 'latin1'))));
}

export function readSubjectAltNames({ altNames }: AltName): readonly SubjectAltName[] {
  return altNames.map(readGeneralName);
}

function readGeneralName({ type: tag, value: content }: GeneralName): SubjectAltName {
  const value: unknown = content;
  if (tag === tags.IP && value instanceof OctetString) {
    return { type: 'IP', value: formatAddress(value.valueBlock.valueHexView) };
  }
  const type = textTypes.find((candidate) => tags[candidate] === tag);
  return type !== undefined && typeof value === 'string' ? { type, value } : { type: 'other', value: `[${tag}]` };
}

/** Dotted quad, or eight groups as OpenSSL prints them: without `::`, so that one address has one spelling. */
function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = toHex(octets).match(/.{1,4}/g) ?? [];
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
