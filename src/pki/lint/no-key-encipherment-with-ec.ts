import { isEllipticCurve } from '../algorithm.ts';
import type { Rule } from './rule.ts';

/** RFC 8813 3: with an id-ecPublicKey, keyEncipherment and dataEncipherment "MUST NOT be present". */
export const noKeyEnciphermentWithEc: Rule = {
  reason: 'KeyEnciphermentWithEc',
  clause: 'RFC 8813 3',
  check: ({ publicKey, keyUsage }) =>
    isEllipticCurve(publicKey.algorithm) && keyUsage.includes('keyEncipherment')
      ? 'A key on an elliptic curve must not have the key usage keyEncipherment'
      : undefined,
};
