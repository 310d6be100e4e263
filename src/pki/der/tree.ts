/** One element of DER, with those in it. */
export interface DerElement {
  /** The octet of class, form and number. */
  readonly tag: number;
  /** With tag and length. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  /** None in a primitive one. */
  readonly children: readonly DerElement[];
}

/** Deeper than any certificate: what nests without end must not end our stack. */
const deepest = 32;

/**
 * One element of DER and nothing behind it. Throws on whatever is not DER (X.690 10.1: lengths of the definite form, in
 * as few octets as possible) and on what no certificate has: tags of several octets or 0, lengths of more than three. By
 * hand, as asn1js takes 230 microseconds for a certificate and a start reads thousands.
 */
export function readTree(der: Uint8Array): DerElement {
  const element = readOne(der, 0);
  if (element.der.length !== der.length) throw new Error('more than one DER element');
  return element;
}

function readAll(der: Uint8Array, depth: number): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < der.length; ) {
    const element = readOne(der.subarray(at), depth);
    elements.push(element);
    at += element.der.length;
  }
  return elements;
}

function readOne(der: Uint8Array, depth: number): DerElement {
  const [tag = 0] = der;
  const { header, length } = readLength(der);
  if (tag === 0 || (tag & 0x1f) === 0x1f || depth > deepest) throw new Error('a DER element that no certificate has');
  if (header + length > der.length) throw new Error('a DER element that is cut off');
  const content = der.subarray(header, header + length);
  const children = tag & 0x20 ? readAll(content, depth + 1) : [];
  return { tag, der: der.subarray(0, header + length), content, children };
}

/** In octets. */
interface Length {
  readonly header: number;
  readonly length: number;
}

function readLength(der: Uint8Array): Length {
  const first = der[1];
  if (first === undefined) throw new Error('a DER element that is cut off');
  if (first < 0x80) return { header: 2, length: first };
  const octets = der.subarray(2, 2 + (first & 0x7f));
  const length = octets.reduce((sum, octet) => sum * 0x100 + octet, 0);
  const isShortest = length >= 0x80 && octets[0] !== 0;
  if (octets.length > 3 || octets.length < (first & 0x7f) || !isShortest) throw new Error('a length that is not DER');
  return { header: 2 + octets.length, length };
}
