import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithm.ts';
import { bitString, sequence } from './der.ts';
import type { LintedDraft } from './lint/linted-draft.ts';
import { toCertificatePem } from './pem.ts';
import { encodeSignatureAlgorithm, requireSignatureAlgorithm } from './tbs.ts';

export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly certificateDer: Uint8Array;
}

/** The key of a CA, read once for all that it signs. */
export interface IssuerKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array;
}

/** Throws where the PEM is not a private key; its caller has read it before. */
export function openIssuerKey(privateKeyPem: string): IssuerKey {
  const privateKey = createPrivateKey(privateKeyPem);
  return { privateKey, publicKeyDer: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
}

/**
 * Signs what was linted, byte for byte; the only function that uses the key of a CA. The key is that of the issuer
 * which the draft names: for a CA that signs itself, its own. Throws where it is another key.
 */
export async function issue(linted: LintedDraft, issuerKey: string | IssuerKey): Promise<IssuedCertificate> {
  const { issuer } = linted.draft;
  const key = typeof issuerKey === 'string' ? openIssuerKey(issuerKey) : issuerKey;
  if (!isKeyOf(issuer.publicKeyDer, key)) throw new Error('the key is not the one of the issuer in the draft');
  const algorithm = requireSignatureAlgorithm(issuer.keyAlgorithm);
  const signature = await signInThreadPool(algorithm.digest, linted.tbsDer, key.privateKey);
  const certificateDer = sequence(linted.tbsDer, encodeSignatureAlgorithm(algorithm), bitString(signature));
  return { certificatePem: toCertificatePem(certificateDer), certificateDer };
}

/** Other octets may be the same key: a foreign CA may have its point compressed. */
function isKeyOf(publicKeyDer: Uint8Array, { privateKey, publicKeyDer: ownDer }: IssuerKey): boolean {
  if (Buffer.compare(publicKeyDer, ownDer) === 0) return true;
  const publicKey = createPublicKey({ key: Buffer.from(publicKeyDer), format: 'der', type: 'spki' });
  return createPublicKey(privateKey).equals(publicKey);
}

/** With ECDSA, node gives the signature as DER, as RFC 5758 3.2 wants it. */
function signInThreadPool(digest: SignatureAlgorithm['digest'], data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  sign(digest, data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  return promise;
}
