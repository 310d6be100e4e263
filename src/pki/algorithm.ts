import type { KeyObject } from 'node:crypto';

/** Keys that we make and certify. */
export const keyAlgorithms = ['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-3072', 'RSA-4096'] as const;

export type KeyAlgorithm = (typeof keyAlgorithms)[number];

export function isKeyAlgorithm(name: string): name is KeyAlgorithm {
  return keyAlgorithms.some((algorithm) => algorithm === name);
}

/** OpenSSL's names of the curves on the left. */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P256', secp384r1: 'P384', secp521r1: 'P521' };

/** Names any key, also one that we would not certify: `RSA-1024`, `ECDSA-P521`, `ED25519`. */
export function nameKeyAlgorithm({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return `RSA-${details?.modulusLength}`;
  if (type === 'ec') return `ECDSA-${curves[details?.namedCurve ?? ''] ?? details?.namedCurve}`;
  return String(type).toUpperCase();
}

export function isEllipticCurve(keyAlgorithm: string): boolean {
  return keyAlgorithm.startsWith('ECDSA-');
}

/** How a certificate is signed, in the words of X.509 and of node:crypto. */
export interface SignatureAlgorithm {
  readonly name: 'ecdsaWithSha256' | 'ecdsaWithSha384' | 'sha256WithRsaEncryption';
  readonly digest: 'sha256' | 'sha384';
}

const ecdsaWithSha256: SignatureAlgorithm = { name: 'ecdsaWithSha256', digest: 'sha256' };
const ecdsaWithSha384: SignatureAlgorithm = { name: 'ecdsaWithSha384', digest: 'sha384' };
const sha256WithRsaEncryption: SignatureAlgorithm = { name: 'sha256WithRsaEncryption', digest: 'sha256' };

const signatureAlgorithms: Readonly<Record<KeyAlgorithm, SignatureAlgorithm>> = {
  'ECDSA-P256': ecdsaWithSha256,
  'ECDSA-P384': ecdsaWithSha384,
  'RSA-2048': sha256WithRsaEncryption,
  'RSA-3072': sha256WithRsaEncryption,
  'RSA-4096': sha256WithRsaEncryption,
};

/** The signature follows the key of the issuer; undefined for a key that we do not sign with. */
export function signatureAlgorithmOf(issuerKeyAlgorithm: string): SignatureAlgorithm | undefined {
  return isKeyAlgorithm(issuerKeyAlgorithm) ? signatureAlgorithms[issuerKeyAlgorithm] : undefined;
}
