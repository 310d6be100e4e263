import { clientName, commonNameFrom } from '../../pki/issue/draft.ts';
import { comparableName, type DraftedName, type GeneralName } from '../../pki/names/general-name.ts';
import { encodeName, toName } from '../../pki/names/name.ts';
import { toRfc2253 } from '../../pki/names/rfc2253.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import type { CertificateRequest } from './request.ts';

/** The subject alternative names that a leaf shall have; a client that was given none has one from its common name. */
export function namesOf({ role, commonName = '', dnsNames, otherNames = [] }: CertificateRequest) {
  const given = [...dnsNames.map((value) => ({ type: 'DNS', value }) as const), ...otherNames];
  return given.length === 0 && role === 'client' ? [clientName(commonName)] : given;
}

/** Whether the names are those that the request asks for, in whichever order; of a CA, the domains that it may certify. */
export function hasNames({ subjectAltNames, nameConstraints }: Certificate, request: CertificateRequest): boolean {
  if (request.role !== 'ca') return isSameSet(subjectAltNames, namesOf(request));
  const { permittedDnsDomains = [] } = request;
  const domains = permittedDnsDomains.map((value): DraftedName => ({ type: 'DNS', value }));
  return isSameSet(nameConstraints?.permitted ?? [], domains);
}

/**
 * Whether the subject is the one that the request asks for; of a CA, whatever the serial number of its generation, and
 * of a server, whichever of its names was the first one.
 */
export function hasSubject(facts: Certificate, request: CertificateRequest): boolean {
  const { role, subject, dnsNames } = request;
  const isNamed = dnsNames.some((name) => name === facts.commonName);
  const serverName = isNamed ? facts.commonName : commonNameFrom(dnsNames);
  const commonName = role === 'server' ? serverName : request.commonName;
  const generation = role === 'ca' ? { serialNumber: facts.subjectSerialNumber } : {};
  const wanted = encodeName(toName({ ...subject, commonName, ...generation }));
  return Buffer.compare(wanted, facts.subject.der) === 0;
}

/** The subject that its leaf has, as a gateway shows it; of a client. */
export function subjectOf({ subject, commonName }: CertificateRequest): string {
  return toRfc2253(encodeName(toName({ ...subject, commonName })));
}

function isSameSet(one: readonly GeneralName[], other: readonly DraftedName[]): boolean {
  const comparable = (names: readonly (GeneralName | DraftedName)[]) =>
    JSON.stringify(names.map(comparableName).sort());
  return comparable(one) === comparable(other);
}
