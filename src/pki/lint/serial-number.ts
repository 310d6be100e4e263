import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.1.2.2: "MUST be a positive integer", "conforming CAs MUST NOT use serialNumber values longer than 20
 * octets". X.690 8.3.2: as few octets as possible. CA/Browser Forum BR 7.1: at least 64 bits of chance, which keep a
 * collision of the digest from being prepared.
 */
export const serialNumber: Rule = {
  reason: 'SerialNumberInvalid',
  clause: 'RFC 5280 4.1.2.2, CA/Browser Forum BR 7.1',
  check: ({ serialNumber: octets }) =>
    isPositive(octets) && isMinimal(octets) && octets.length >= 8 && octets.length <= 20
      ? undefined
      : 'The serial number is not a positive integer of 8 to 20 octets',
};

function isPositive([first = 0, ...rest]: Uint8Array): boolean {
  return first < 0x80 && [first, ...rest].some((octet) => octet !== 0);
}

function isMinimal([first, second = 0x80]: Uint8Array): boolean {
  return first !== 0 || second >= 0x80;
}
