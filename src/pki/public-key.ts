import { createHash, createPublicKey } from 'node:crypto';
import { nameKeyAlgorithm } from './algorithm.ts';
import { afterFirst, contentOf } from './der.ts';

/** What a draft must know of the key that it certifies. */
export interface PublicKey {
  /** SubjectPublicKeyInfo. */
  readonly der: Uint8Array;
  /** As `nameKeyAlgorithm` has it. */
  readonly algorithm: string;
  readonly keyId: Uint8Array;
  /** Undefined where the key is not one of RSA. */
  readonly rsaExponent: bigint | undefined;
}

/** Throws on anything but a SubjectPublicKeyInfo: who drafts a certificate has the key at hand. */
export function readPublicKey(der: Uint8Array): PublicKey {
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  const rsaExponent = key.asymmetricKeyDetails?.publicExponent;
  return { der, algorithm: nameKeyAlgorithm(key), keyId: keyIdOf(der), rsaExponent };
}

/** RFC 7093 2 method 1: the left 160 bits of SHA-256 over the key; RFC 5280 4.2.1.2 has the same with SHA-1. */
export function keyIdOf(publicKeyDer: Uint8Array): Uint8Array {
  // SEQUENCE { algorithm, subjectPublicKey BIT STRING }; the first octet of the latter counts unused bits.
  const subjectPublicKey = contentOf(afterFirst(contentOf(publicKeyDer))).subarray(1);
  return createHash('sha256').update(subjectPublicKey).digest().subarray(0, 20);
}
