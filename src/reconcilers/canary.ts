import type { TlsPair } from '../model/gateway-state.ts';
import type { CertificateRequest } from '../plan/certificate-requests.ts';
import type { HeldCertificate } from '../plan/held-certificate.ts';
import { issue } from './issue.ts';
import { toTlsPair } from './material.ts';
import type { Run } from './world.ts';

const canaryRequest: CertificateRequest = {
  name: 'canary',
  role: 'client',
  secretName: '',
  field: '',
  commonName: 'mtls-operator canary',
  dnsNames: [],
  keyAlgorithm: 'ECDSA-P256',
  duration: Temporal.Duration.from({ hours: 1 }),
};

/** A client certificate of the CA, for a probe: it lives an hour, in memory only, so that no user's key is used. */
export async function canaryOf(ca: HeldCertificate, run: Run): Promise<TlsPair> {
  return toTlsPair(await issue(canaryRequest, ca, run));
}

/** A client certificate of a CA that nobody trusts. */
export async function foreignCanary(run: Run): Promise<TlsPair> {
  const commonName = 'mtls-operator foreign canary CA';
  const ca = await issue({ ...canaryRequest, name: 'canary-ca', role: 'ca', commonName }, undefined, run);
  return canaryOf(ca, run);
}
