import type { KeyObject } from 'node:crypto';
import type { OidName } from '../der/object-identifiers.ts';

/** Keys that we make and certify. */
export const keyAlgorithms = [
  'ECDSA-P256',
  'ECDSA-P384',
  'ECDSA-P521',
  'Ed25519',
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
] as const;

export type KeyAlgorithm = (typeof keyAlgorithms)[number];

export function isKeyAlgorithm(name: string): name is KeyAlgorithm {
  return keyAlgorithms.some((algorithm) => algorithm === name);
}

/** How node:crypto makes a key. */
export type KeyParameters =
  | { readonly type: 'ec'; readonly namedCurve: string }
  | { readonly type: 'ed25519' }
  | { readonly type: 'rsa'; readonly modulusLength: number };

/** How a certificate is signed, in the words of X.509 and of node:crypto. */
export interface SignatureAlgorithm {
  readonly name: OidName;
  /** Null where the algorithm hashes by itself: Ed25519 (RFC 8032 5.1). */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** RSA alone has parameters, which are NULL (RFC 4055 5); ECDSA and Ed25519 have none (RFC 5758 3.2, RFC 8410 3). */
  readonly hasNullParameters: boolean;
}

const ecdsaWithSha256 = { name: 'ecdsaWithSha256', digest: 'sha256', hasNullParameters: false } as const;
const ecdsaWithSha384 = { name: 'ecdsaWithSha384', digest: 'sha384', hasNullParameters: false } as const;
const ecdsaWithSha512 = { name: 'ecdsaWithSha512', digest: 'sha512', hasNullParameters: false } as const;
const ed25519 = { name: 'ed25519', digest: null, hasNullParameters: false } as const;
const sha256WithRsaEncryption = { name: 'sha256WithRsaEncryption', digest: 'sha256', hasNullParameters: true } as const;

interface AlgorithmTraits {
  readonly key: KeyParameters;
  readonly signature: SignatureAlgorithm;
}

const traits: Readonly<Record<KeyAlgorithm, AlgorithmTraits>> = {
  'ECDSA-P256': { key: { type: 'ec', namedCurve: 'P-256' }, signature: ecdsaWithSha256 },
  'ECDSA-P384': { key: { type: 'ec', namedCurve: 'P-384' }, signature: ecdsaWithSha384 },
  'ECDSA-P521': { key: { type: 'ec', namedCurve: 'P-521' }, signature: ecdsaWithSha512 },
  Ed25519: { key: { type: 'ed25519' }, signature: ed25519 },
  'RSA-2048': { key: { type: 'rsa', modulusLength: 2048 }, signature: sha256WithRsaEncryption },
  'RSA-3072': { key: { type: 'rsa', modulusLength: 3072 }, signature: sha256WithRsaEncryption },
  'RSA-4096': { key: { type: 'rsa', modulusLength: 4096 }, signature: sha256WithRsaEncryption },
};

export function keyParametersOf(algorithm: KeyAlgorithm): KeyParameters {
  return traits[algorithm].key;
}

/** The signature follows the key of the issuer; undefined for a key that we do not sign with. */
export function signatureAlgorithmOf(issuerKeyAlgorithm: string): SignatureAlgorithm | undefined {
  return isKeyAlgorithm(issuerKeyAlgorithm) ? traits[issuerKeyAlgorithm].signature : undefined;
}

/** OpenSSL's names of the curves on the left. */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P256', secp384r1: 'P384', secp521r1: 'P521' };

/** Names any key, also one that we would not certify: `RSA-1024`, `ECDSA-secp256k1`, `ED448`. */
export function nameKeyAlgorithm({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return `RSA-${details?.modulusLength}`;
  if (type === 'ec') return `ECDSA-${curves[details?.namedCurve ?? ''] ?? details?.namedCurve}`;
  return type === 'ed25519' ? 'Ed25519' : String(type).toUpperCase();
}

/** Keys that sign and cannot encipher: those of ECDSA and Ed25519. */
export function isEllipticCurve(keyAlgorithm: string): boolean {
  return keyAlgorithm.startsWith('ECDSA-') || keyAlgorithm === 'Ed25519';
}
