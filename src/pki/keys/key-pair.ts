import { createPrivateKey, createPublicKey, generateKeyPair as generate, type KeyObject } from 'node:crypto';
import type { Finding } from '../../std/finding.ts';
import { remembered } from '../remembered.ts';
import { isTooLarge } from '../x509/pem.ts';
import { isKeyAlgorithm, type KeyAlgorithm, keyParametersOf, nameKeyAlgorithm } from './algorithm.ts';
import { encodePublicKey } from './public-key.ts';

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
  const done = (error: Error | null, publicKey: KeyObject, privateKeyPem: string) =>
    error === null ? resolve({ algorithm, privateKeyPem, publicKeyDer: encodePublicKey(publicKey) }) : reject(error);
  const parameters = keyParametersOf(algorithm);
  // Three calls, as node's types know no union of key types.
  if (parameters.type === 'ec') generate('ec', { ...parameters, ...encoding }, done);
  else if (parameters.type === 'rsa') generate('rsa', { ...parameters, ...encoding }, done);
  else generate('ed25519', encoding, done);
  return promise;
}

const encoding = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;

/** Throws where the PEM is not a private key. The key of a CA signs each of its leaves and is read once for all of them. */
export const openPrivateKey = remembered((privateKeyPem: string): KeyObject => createPrivateKey(privateKeyPem));

/** Reads a private key back; PKCS#1 and SEC 1 come out as PKCS#8 too. */
export function readKeyPair(privateKeyPem: string): KeyPair | Finding {
  if (isTooLarge(privateKeyPem)) return unreadable;
  try {
    const privateKey = openPrivateKey(privateKeyPem);
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
