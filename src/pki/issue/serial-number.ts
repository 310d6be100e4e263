/** Random bytes for serial numbers; a parameter, as everything that is left to chance. */
export type RandomBytes = (count: number) => Uint8Array;

/**
 * Serial number of a certificate, big-endian: 16 octets, of which 126 bits are random. RFC 5280 4.1.2.2 wants it
 * positive (top bit 0) and within 20 octets; the second bit is 1 so that it is never zero and never shorter.
 */
export function randomSerialNumber(randomBytes: RandomBytes): Uint8Array {
  const [first = 0, ...rest] = randomBytes(16);
  return Uint8Array.of((first & 0x3f) | 0x40, ...rest);
}

/** Tells one generation of a CA from the next in its subject: 16 hex digits. */
export function randomGenerationSerial(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(8)).toString('hex');
}
