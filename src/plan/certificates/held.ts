import type { Secret } from '../../model/kube-object.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import type { Finding } from '../../std/finding.ts';
import type { CertificateRequest } from './request.ts';

/** A certificate as a Secret holds it: PEMs as stored, and what the certificate says. */
export interface HeldCertificate {
  readonly chainPem: string;
  readonly keyPem: string;
  readonly facts: Certificate;
}

/**
 * Keys of a `kubernetes.io/tls` Secret; `ca.crt` holds the trust anchors for verifying the peer, and `ca.crl` which of
 * their certificates are revoked.
 */
export const secretKeys = {
  ...{ chain: 'tls.crt', key: 'tls.key', trust: 'ca.crt', crl: 'ca.crl', keystore: 'keystore.p12' },
} as const;

/** What the Secret of a CA may hold beside that while one CA follows another, see plan/rotation. */
export const generationKeys = {
  next: { chain: 'next-ca.crt', key: 'next-ca.key' },
  previous: { chain: 'previous-ca.crt', key: 'previous-ca.key' },
  retired: { chain: 'retired-ca.crt', key: 'retired-ca.key' },
} as const;

export const rotationKeys = {
  cross: 'cross.crt',
  crossBack: 'cross-back.crt',
  leaves: 'previous-leaves.json',
  withdrawn: 'withdrawn-issuers.json',
} as const;

/** In a Secret of its own, see kept-roots.ts. */
export const keptRootsKey = 'kept-roots.json';

/** Every key of a Secret that is ours. */
export const allSecretKeys: readonly string[] = [
  ...[secretKeys, rotationKeys, ...Object.values(generationKeys)].flatMap((keys) => Object.values(keys)),
  keptRootsKey,
];

/** What the Secret holds, or the reason why it holds no certificate. `wasIssued`: there was one of ours before. */
export function readCertificate(secret: Secret | undefined, wasIssued: boolean): HeldCertificate | Finding {
  if (secret === undefined) return wasIssued ? missing : firstIssue;
  const chainPem = decodeSecret(secret, secretKeys.chain);
  const keyPem = decodeSecret(secret, secretKeys.key);
  if (chainPem === '' || keyPem === '') {
    return { reason: 'DataMissing', message: `The Secret lacks ${secretKeys.chain} or ${secretKeys.key}` };
  }
  const facts = inspectCertificate(chainPem);
  return isFinding(facts) ? facts : { chainPem, keyPem, facts };
}

const missing: Finding = { reason: 'SecretMissing', message: 'The Secret does not exist' };
const firstIssue: Finding = { reason: 'FirstIssue', message: 'The certificate has not been issued before' };

/** Whoever holds a certificate of a CA before this one is refused; undefined where there was none, or the CA stays. */
export function describeReplacedCa(
  request: Pick<CertificateRequest, 'role' | 'secretName'>,
  why: Finding | undefined,
): string | undefined {
  if (request.role !== 'ca' || why === undefined || why.reason === firstIssue.reason) return undefined;
  return `The CA in the Secret ${request.secretName} was replaced, since ${asClause(why)}: clients with a certificate of the old CA are rejected until they use one of the new CA`;
}

/** The message of a finding within a sentence. */
export function asClause({ message }: Finding): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

export function isFinding(value: object): value is Finding {
  return 'reason' in value && 'message' in value;
}

/** The list of revoked certificates that the Secret holds, whoever put it there: each octet is a character, so none is lost. */
export function crlIn(secret: Secret | undefined): string | undefined {
  const octets = Buffer.from(secret?.data?.[secretKeys.crl] ?? '', 'base64');
  return octets.length === 0 ? undefined : octets.toString('latin1');
}

/** The text under a key of a Secret; empty where there is none. */
export function decodeSecret({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}
