import { isKeyAlgorithm } from '../algorithm.ts';
import type { Rule } from './rule.ts';

/** NIST SP 800-57 part 1 5.6.1.2: 112 bits of security at least, RSA-2048; curves and sizes of our list only. */
export const keyStrength: Rule = {
  reason: 'KeyWeak',
  clause: 'NIST SP 800-57 part 1',
  check: ({ publicKey }) =>
    isKeyAlgorithm(publicKey.algorithm) ? undefined : `A key of ${publicKey.algorithm} is too weak or not supported`,
};
