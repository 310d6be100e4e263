import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, type Der, sequence } from '../der/encode.ts';
import type { SignatureAlgorithm } from '../keys/algorithm.ts';
import { openPrivateKey } from '../keys/key-pair.ts';
import { encodePublicKey } from '../keys/public-key.ts';
import type { LintedDraft } from '../lint/linted-draft.ts';
import { remembered } from '../remembered.ts';
import { toCertificatePem } from '../x509/pem.ts';
import { encodeSignatureAlgorithm, requireSignatureAlgorithm } from './tbs.ts';

export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly certificateDer: Uint8Array;
}

interface IssuerKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array;
}

/** Once for all that it signs. Throws where the PEM is not a private key; its caller has read it before. */
const openIssuerKey = remembered((privateKeyPem: string): IssuerKey => {
  const privateKey = openPrivateKey(privateKeyPem);
  return { privateKey, publicKeyDer: encodePublicKey(createPublicKey(privateKey)) };
});

/**
 * Signs what was linted, byte for byte. The key is that of the issuer which the draft names: for a CA that signs itself,
 * its own. Throws where it is another key.
 */
export async function issue(linted: LintedDraft, issuerKeyPem: string): Promise<IssuedCertificate> {
  const certificateDer = await signTbs(linted.tbsDer, linted.draft.issuer, issuerKeyPem);
  return { certificatePem: toCertificatePem(certificateDer), certificateDer };
}

/**
 * The bytes with their signature (RFC 5280 4.1, 5.1): a certificate, or a list of revoked ones. The only function that uses
 * the key of a CA; its callers give it what was linted. Throws where the key is not the issuer's.
 */
export async function signTbs(
  tbsDer: Uint8Array,
  issuer: { readonly publicKeyDer: Uint8Array; readonly keyAlgorithm: string },
  issuerKeyPem: string,
): Promise<Der> {
  const key = openIssuerKey(issuerKeyPem);
  if (!isKeyOf(issuer.publicKeyDer, key)) throw new Error('the key is not the one of the issuer in the draft');
  const algorithm = requireSignatureAlgorithm(issuer.keyAlgorithm);
  const signature = await signInThreadPool(algorithm.digest, tbsDer, key.privateKey);
  return sequence(tbsDer, encodeSignatureAlgorithm(algorithm), bitString(signature));
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
