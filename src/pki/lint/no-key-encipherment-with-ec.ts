import { isEllipticCurve } from '../algorithm.ts';
import type { Rule } from './rule.ts';

/** RFC 8813 3 for id-ecPublicKey, RFC 9295 3 for id-Ed25519: keyEncipherment and dataEncipherment "MUST NOT be present". */
export const noKeyEnciphermentWithEc: Rule = {
  reason: 'KeyEnciphermentWithEc',
  clause: 'RFC 8813 3, RFC 9295 3',
  check: ({ publicKey, keyUsage }) =>
    isEllipticCurve(publicKey.algorithm) && keyUsage.includes('keyEncipherment')
      ? 'A key on an elliptic curve must not have the key usage keyEncipherment'
      : undefined,
};
