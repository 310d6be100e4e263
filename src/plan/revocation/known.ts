import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import type { Certificates } from '../certificates/certificates.ts';
import { decodeSecret, isFinding, secretKeys } from '../certificates/held.ts';
import { gatewayCertificates } from '../certificates/requests.ts';
import { isControlledBy } from '../children/secret.ts';
import type { Observed } from '../observed.ts';
import { recordOf } from '../status/former.ts';
import { toTimestamp } from '../status/status.ts';
import type { KnownCertificate } from './denials.ts';

/**
 * Every client certificate of the resource that is known: by the record in its status, by what the status last said was
 * current, and by Secrets of ours, which a status that was lost does not take with it.
 */
export function knownCertificates(
  resource: Resource<MtlsGatewaySpec>,
  { leaves }: Certificates,
  { material }: Observed,
): readonly KnownCertificate[] {
  const { certificates = [], formerCertificates = [] } = resource.status;
  const current = [...leaves].filter(([name]) => name.startsWith('client/'));
  const emptied = (gatewayCertificates(resource).revokedClients ?? []).flatMap(({ name, secretName }) => {
    const secret = material.secrets.get(secretName);
    if (secret === undefined || !isControlledBy(secret, resource)) return [];
    const facts = inspectCertificate(decodeSecret(secret, secretKeys.chain));
    return isFinding(facts) ? [] : [factsOf(name, facts)];
  });
  return [
    ...formerCertificates,
    ...certificates.flatMap(recordOf),
    ...current.map(([name, { facts }]) => factsOf(name, facts)),
    ...emptied,
  ];
}

function factsOf(name: string, { serialNumber, sha256Fingerprint, issuer, notAfter }: Certificate): KnownCertificate {
  return { name, serialNumber, sha256Fingerprint, issuer: toRfc2253(issuer.der), notAfter: toTimestamp(notAfter) };
}
