import { createPrivateKey, createPublicKey, generateKeyPair as generate } from 'node:crypto';
import type { Finding } from '../std/finding.ts';
import { isKeyAlgorithm, type KeyAlgorithm, nameKeyAlgorithm } from './algorithm.ts';
import { isTooLarge } from './pem.ts';

export interface KeyPair {
  readonly algorithm: KeyAlgorithm;
  /** PKCS#8 (RFC 5958), not encrypted. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
  readonly publicKeyDer: Uint8Array;
}

/** Made in the thread pool: the event loop stays free, also for the seconds that RSA-4096 may take. */
export function generateKeyPair(algorithm: KeyAlgorithm): Promise<KeyPair> {
  const { promise, resolve, reject } = Promise.withResolvers<KeyPair>();
  const done = (error: Error | null, publicKeyDer: Buffer, privateKeyPem: string) =>
    error === null ? resolve({ algorithm, privateKeyPem, publicKeyDer }) : reject(error);
  switch (algorithm) {
    case 'ECDSA-P256':
    case 'ECDSA-P384':
      generate('ec', { namedCurve: algorithm === 'ECDSA-P256' ? 'P-256' : 'P-384', ...encodings }, done);
      break;
    default:
      generate('rsa', { modulusLength: Number(algorithm.slice('RSA-'.length)), ...encodings }, done);
  }
  return promise;
}

const encodings = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

/** Reads a private key back; PKCS#1 and SEC 1 come out as PKCS#8 too. */
export function readKeyPair(privateKeyPem: string): KeyPair | Finding {
  if (isTooLarge(privateKeyPem)) return unreadable;
  try {
    const privateKey = createPrivateKey(privateKeyPem);
    const algorithm = nameKeyAlgorithm(privateKey);
    if (!isKeyAlgorithm(algorithm)) {
      return { reason: 'KeyAlgorithmUnsupported', message: `The private key is ${algorithm}, which is not supported` };
    }
    return {
      algorithm,
      privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      publicKeyDer: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    };
  } catch {
    // The library's own error could quote the input, and the input is a key.
    return unreadable;
  }
}

const unreadable: Finding = {
  reason: 'PrivateKeyUnreadable',
  message: 'The private key is not an unencrypted PEM key',
};
