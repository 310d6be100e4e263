import { toHex } from '../der/encode.ts';

/** The octets of an iPAddress (RFC 5280 4.2.1.6): 4 or 16 of them; undefined where the text is no address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return /^\d+(\.\d+){3}$/.test(text) ? parseIpv4(text) : parseIpv6(text);
}

/** Dotted quad, or eight groups as OpenSSL prints them: without `::`, so that one address has one spelling. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = toHex(octets).match(/.{1,4}/g) ?? [];
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}

/** URLs read octal and short forms too and write them as dotted decimals; only what comes back the same was one. */
function parseIpv4(text: string): Uint8Array | undefined {
  return URL.parse(`http://${text}`)?.hostname === text ? Uint8Array.from(text.split('.'), Number) : undefined;
}

/** The parser for URLs knows every spelling and writes the one of RFC 5952, without an embedded IPv4 address. */
function parseIpv6(text: string): Uint8Array | undefined {
  const url = /^[0-9a-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]`) : null;
  if (url === null) return undefined;
  const [head = '', tail = ''] = url.hostname.slice(1, -1).split('::').map(toDigits);
  return Uint8Array.fromHex(head + tail.padStart(32 - head.length, '0'));
}

function toDigits(groups: string): string {
  return groups
    .split(':')
    .map((group) => (group === '' ? '' : group.padStart(4, '0')))
    .join('');
}
