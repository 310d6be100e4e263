import { OctetString } from 'asn1js';
import { RelativeDistinguishedNames } from 'pkijs';
import type { ParsedName } from '../general-names.ts';
import { type DistinguishedName, readDistinguishedName } from './distinguished-name.ts';

/** GeneralName (RFC 5280 4.2.1.6), as a name or as the base of a subtree: there an address is followed by its mask. */
export type GeneralName =
  | { readonly type: 'DNS' | 'email' | 'URI'; readonly value: string }
  | { readonly type: 'IP'; readonly octets: Uint8Array }
  | { readonly type: 'directory'; readonly name: DistinguishedName }
  /** A form that nothing is known of here: all such names count as one form. */
  | { readonly type: 'other' };

const textTypes: Readonly<Record<number, 'DNS' | 'email' | 'URI'>> = { 1: 'email', 2: 'DNS', 6: 'URI' };

/** Throws where the name is malformed. */
export function readGeneralName({ type: tag, value: content }: ParsedName): GeneralName {
  const value: unknown = content;
  const type = textTypes[tag];
  if (type !== undefined) return { type, value: readText(value) };
  if (tag === 4) return { type: 'directory', name: readName(value) };
  if (tag !== 7) return { type: 'other' };
  if (!(value instanceof OctetString)) throw new Error('no address');
  return { type: 'IP', octets: new Uint8Array(value.valueBlock.valueHexView) };
}

/** IA5 without control characters: a NUL once made one name of two (CVE-2009-2408). */
function readText(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) throw new Error('no IA5String');
  return value;
}

function readName(value: unknown): DistinguishedName {
  if (!(value instanceof RelativeDistinguishedNames)) throw new Error('no directory name');
  return readDistinguishedName(new Uint8Array(value.valueBeforeDecode));
}
