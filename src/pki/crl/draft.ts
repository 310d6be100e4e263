import { keyIdOf } from '../keys/public-key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { keyUsageBits } from '../x509/extensions.ts';

/**
 * Lists of revoked certificates (RFC 5280 5), from draft to signature, as certificates are: a draft says in full what will
 * be signed, `LintedCrl.check` judges and encodes it, and `signCrl` signs those bytes. `read` reads one back.
 */
export interface CrlDraft {
  readonly issuer: CrlIssuer;
  /** Of one issuer, each later list has a larger one (RFC 5280 5.2.3). */
  readonly number: bigint;
  /** Whole seconds, as all times here. */
  readonly thisUpdate: Temporal.Instant;
  /** From then on who checks against this list refuses every certificate of the issuer. */
  readonly nextUpdate: Temporal.Instant;
  /** By serial number. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
}

/** Its key is the serial number: lower-case hex without leading zeros, as `toSerial` makes it. */
export interface CrlEntry {
  readonly revokedAt: Temporal.Instant;
  readonly reason: CrlReason;
}

interface CrlIssuer {
  /** The issuer's subject byte for byte: OpenSSL compares so. */
  readonly nameDer: Uint8Array;
  readonly publicKeyDer: Uint8Array;
  readonly keyAlgorithm: string;
  readonly keyId: Uint8Array;
  /** cA, and cRLSign where the key usage is restricted. */
  readonly maySignLists: boolean;
}

/** CRLReason (RFC 5280 5.3.1). Without removeFromCRL, which is for delta lists alone. */
export const crlReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const satisfies Record<string, number>;

export type CrlReason = keyof typeof crlReasons;

/** What makes a list of a CA; its certificate is the one that verifiers have. */
export function draftCrl({ issuer, ...list }: Omit<CrlDraft, 'issuer'> & { readonly issuer: Certificate }): CrlDraft {
  const { subject, publicKeyDer, keyAlgorithm, subjectKeyId } = issuer;
  // RFC 5280 5.2.1: the key identifier only, as in the certificates of this issuer.
  const keyId = subjectKeyId === undefined ? keyIdOf(publicKeyDer) : Buffer.from(subjectKeyId, 'hex');
  const maySignLists = maySign(issuer);
  return { ...list, issuer: { nameDer: subject.der, publicKeyDer, keyAlgorithm, keyId, maySignLists } };
}

/** RFC 5280 4.2.1.3: with a key usage, a CA signs lists only if that says so; OpenSSL refuses the lists of another. */
function maySign({ basicConstraints, keyUsage, isCa }: Certificate): boolean {
  return (
    (isCa || basicConstraints?.isCa === true) && (keyUsage === undefined || keyUsage.includes(keyUsageBits.cRLSign))
  );
}

/** A serial number as it is compared: lower-case hex without leading zeros; undefined where the text is none. */
export function toSerial(hex: string): string | undefined {
  const digits = hex.toLowerCase().replace(/^0+/, '');
  return /^[0-9a-f]{1,40}$/.test(digits) ? digits : undefined;
}
