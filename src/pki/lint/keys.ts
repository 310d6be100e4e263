import { isKeyAlgorithm } from '../keys/algorithm.ts';
import type { Rule } from './rule.ts';

/** NIST SP 800-57 part 1 5.6.1.2: 112 bits of security at least, RSA-2048; curves and sizes of our list only. */
const keyStrength: Rule = {
  reason: 'KeyWeak',
  clause: 'NIST SP 800-57 part 1',
  check: ({ publicKey }) =>
    isKeyAlgorithm(publicKey.algorithm) ? undefined : `A key of ${publicKey.algorithm} is too weak or not supported`,
};

/** NIST SP 800-89 5.3.3: odd, and 2^16 < e < 2^256. Small ones have turned sloppy padding checks into forgeries. */
const rsaExponent: Rule = {
  reason: 'RsaExponentWeak',
  clause: 'NIST SP 800-89 5.3.3',
  check: ({ publicKey: { rsaExponent: exponent } }) =>
    exponent === undefined || (exponent % 2n === 1n && exponent > 2n ** 16n && exponent < 2n ** 256n)
      ? undefined
      : 'The public exponent of the RSA key is not an odd number between 2^16 and 2^256',
};

export const keyRules: readonly Rule[] = [keyStrength, rsaExponent];
