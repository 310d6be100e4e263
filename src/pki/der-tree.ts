import type { Der } from './der.ts';

/** One element of what we encoded, with those in it. */
export interface DerElement {
  readonly tag: number;
  /** With tag and length. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  /** None in a primitive one. */
  readonly children: readonly DerElement[];
}

/** Reads back what der.ts wrote. Throws on anything that it would not write; what others wrote goes to asn1js. */
export function readTree(der: Der): DerElement {
  const [element, ...others] = readAll(der);
  if (element === undefined || others.length > 0) throw new Error('not one DER element');
  return element;
}

function readAll(der: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < der.length; ) {
    const element = readOne(der.subarray(at));
    elements.push(element);
    at += element.der.length;
  }
  return elements;
}

function readOne(der: Uint8Array): DerElement {
  const [tag = 0, first = 0] = der;
  const header = first < 0x80 ? 2 : 2 + (first & 0x7f);
  const length = first < 0x80 ? first : der.subarray(2, header).reduce((sum, octet) => sum * 0x100 + octet, 0);
  if (header + length > der.length) throw new Error('a DER element that is cut off');
  const content = der.subarray(header, header + length);
  return { tag, der: der.subarray(0, header + length), content, children: tag & 0x20 ? readAll(content) : [] };
}
