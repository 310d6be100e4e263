import type { TlsPair } from '../model/gateway-state.ts';
import type { DraftedName } from '../pki/names/general-name.ts';
import { toTlsPair } from '../plan/certificates/certificates.ts';
import type { Issuer } from '../plan/certificates/external.ts';
import type { HeldCertificate } from '../plan/certificates/held.ts';
import type { CertificateRequest } from '../plan/certificates/request.ts';
import { type Issuing, issue } from './issue.ts';

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
export async function canaryOf(
  issuer: Pick<Issuer, 'issuer' | 'intermediatesPem'>,
  issuing: Issuing,
): Promise<TlsPair> {
  const otherNames = namesBelow(issuer.issuer);
  return toTlsPair(await issue({ ...canaryRequest, otherNames }, issuer, issuing));
}

/** The same with the subject of a client of the CA, for a gateway that knows clients by it. */
export async function canaryAs(
  { subject, commonName }: Pick<CertificateRequest, 'subject' | 'commonName'>,
  issuer: HeldCertificate,
  issuing: Issuing,
): Promise<TlsPair> {
  const request = { ...canaryRequest, ...(subject && { subject }), ...(commonName !== undefined && { commonName }) };
  return toTlsPair(await issue({ ...request, otherNames: namesBelow(issuer) }, { issuer }, issuing));
}

/** The same with a serial number that is on the list of revoked ones; `serial` as `canarySerial` makes it. */
export async function revokedCanary(
  issuer: Pick<Issuer, 'issuer' | 'intermediatesPem'>,
  serial: string,
  { clock }: Pick<Issuing, 'clock'>,
): Promise<TlsPair> {
  return canaryOf(issuer, { clock, randomBytes: () => Buffer.from(serial, 'hex') });
}

/** A client certificate of a CA that nobody trusts. */
export async function foreignCanary(issuing: Issuing): Promise<TlsPair> {
  const commonName = 'mtls-operator foreign canary CA';
  const issuer = await issue({ ...canaryRequest, name: 'canary-ca', role: 'ca', commonName }, {}, issuing);
  return canaryOf({ issuer, intermediatesPem: '' }, issuing);
}

/** Below a CA with name constraints the usual name of a client is refused: it has no host. */
function namesBelow({ facts: { nameConstraints } }: HeldCertificate): readonly DraftedName[] {
  if (nameConstraints === undefined) return [];
  const domain = nameConstraints.permitted.find(({ type }) => type === 'DNS')?.value.replace(/^\./, '');
  if (domain === undefined) return [{ type: 'email', value: 'canary@mtls-operator.invalid' }];
  return [{ type: 'DNS', value: `mtls-operator-canary.${domain}` }];
}
