import type { Finding } from '../../std/finding.ts';
import { textsOf } from '../names/distinguished-name.ts';
import type { GeneralName } from '../names/general-name.ts';
import { isTakenForHost } from '../names/hostname.ts';
import { isExcluded, isPermitted, type NameConstraints } from '../names/name-constraints.ts';
import type { Certificate } from '../x509/certificate.ts';

/** Whether a CA that is constrained so may stand above the certificate (RFC 5280 4.2.1.10, 6.1.3 (b) and (c)). */
export function checkNames(certificate: Certificate, { permitted, excluded }: NameConstraints): Finding | undefined {
  const names = namesOf(certificate);
  if (names.some((name) => isExcluded(name, excluded))) {
    return refuse(certificate, 'has a name that a CA above it must not certify, or that cannot be compared with those');
  }
  if (names.every((name) => isPermitted(name, permitted))) return undefined;
  return refuse(certificate, 'has a name outside of those that a CA above it may certify');
}

function refuse({ subject }: Certificate, what: string): Finding {
  return { reason: 'NameNotPermitted', message: `The certificate ${subject.text} ${what} (name constraints)` };
}

/**
 * All names that the constraints hold for: the subject and the alternative names; mail addresses in the subject; and,
 * as OpenSSL has it, a common name that can be taken for a host where no alternative name is one.
 */
function namesOf({ subject, subjectAltNames }: Certificate): readonly GeneralName[] {
  const hosts = subjectAltNames.some(({ type }) => type === 'DNS')
    ? []
    : textsOf(subject, 'commonName').filter(isTakenForHost);
  return [
    ...(subject.rdns.length === 0 ? [] : [{ type: 'directory', value: subject.text, name: subject } as const]),
    ...subjectAltNames,
    ...textsOf(subject, 'emailAddress').map((value) => ({ type: 'email', value }) as const),
    ...hosts.map((value) => ({ type: 'DNS', value }) as const),
  ];
}
