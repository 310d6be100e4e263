import { ObjectIdentifier } from 'asn1js';

/**
 * DER for what we write (X.690). By hand, as it is the inner loop of issuing: asn1js takes 4 to 25 microseconds for an
 * element that is put together here in less than one, and a certificate has some fifty. What others wrote is read by
 * OpenSSL, and with asn1js and pkijs where a path is judged.
 */
export type Der = Uint8Array;

export const sequence = (...elements: readonly Der[]): Der => element(0x30, ...elements);
/** Of one element: X.690 11.6 would want several sorted. */
export const setOfOne = (only: Der): Der => element(0x31, only);
/** Two's complement, in as few octets as possible (X.690 8.3.2): the caller sees to that. */
export const integer = (octets: Uint8Array): Der => element(0x02, octets);
/** Of a value below 128. */
export const enumerated = (value: number): Der => element(0x0a, Uint8Array.of(value));
export const octetString = (octets: Uint8Array): Der => element(0x04, octets);
export const bitString = (octets: Uint8Array, unusedBits = 0): Der => element(0x03, Uint8Array.of(unusedBits), octets);
export const utf8String = (text: string): Der => element(0x0c, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Der => element(0x13, Buffer.from(text, 'latin1'));
export const utcTime = (text: string): Der => element(0x17, Buffer.from(text, 'latin1'));
export const generalizedTime = (text: string): Der => element(0x18, Buffer.from(text, 'latin1'));
/** X.690 11.1: all bits of TRUE are set. */
export const booleanTrue: Der = element(0x01, Uint8Array.of(0xff));
export const nullValue: Der = element(0x05);
/** `[number] EXPLICIT`. */
export const explicit = (number: number, content: Der): Der => element(0xa0 | number, content);
/** `[number] IMPLICIT` of a primitive type. */
export const implicit = (number: number, content: Uint8Array): Der => element(0x80 | number, content);

/** `[number] IMPLICIT` of a SEQUENCE. */
export const implicitConstructed = (number: number, ...elements: readonly Der[]): Der =>
  element(0xa0 | number, ...elements);

/** Costly, so made once for each identifier and not for each certificate. */
export function objectIdentifier(value: string): Der {
  return new Uint8Array(new ObjectIdentifier({ value }).toBER());
}

function element(tag: number, ...content: readonly Uint8Array[]): Der {
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), ...content]);
}

/** X.690 10.1: the definite form, in as few octets as possible. Nothing that we write comes to 16 MiB. */
function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff];
  if (length < 0x1000000) return [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  throw new RangeError(`a DER element of ${length} octets`);
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
