import type { Secret } from '../model/kube-object.ts';
import { type CertificateFacts, inspectCertificate } from '../pki/inspect.ts';
import type { Finding } from '../std/finding.ts';

/** A certificate as a Secret holds it: PEMs as stored, and what the certificate says. */
export interface HeldCertificate {
  readonly chainPem: string;
  readonly keyPem: string;
  readonly facts: CertificateFacts;
}

/** Keys of a `kubernetes.io/tls` Secret; `ca.crt` holds the trust anchors for verifying the peer. */
export const secretKeys = { chain: 'tls.crt', key: 'tls.key', trust: 'ca.crt', keystore: 'keystore.p12' } as const;

/** What the Secret holds, or the reason why it holds no certificate. */
export function readCertificate(secret: Secret | undefined): HeldCertificate | Finding {
  if (secret === undefined) return { reason: 'SecretMissing', message: 'The Secret does not exist' };
  const chainPem = decode(secret, secretKeys.chain);
  const keyPem = decode(secret, secretKeys.key);
  if (chainPem === '' || keyPem === '') {
    return { reason: 'DataMissing', message: `The Secret lacks ${secretKeys.chain} or ${secretKeys.key}` };
  }
  const facts = inspectCertificate(chainPem);
  return isFinding(facts) ? facts : { chainPem, keyPem, facts };
}

export function isFinding(value: object): value is Finding {
  return 'reason' in value && 'message' in value;
}

function decode({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}
