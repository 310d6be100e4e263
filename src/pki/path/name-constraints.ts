import type { Finding } from '../../std/finding.ts';
import type { PathCertificate } from './certificate.ts';
import type { NameSubtrees } from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { liesWithin, mayReachInto } from './name-forms.ts';

/** Whether a CA that is constrained so may stand above the certificate (RFC 5280 4.2.1.10, 6.1.3 (b) and (c)). */
export function checkNames(certificate: PathCertificate, { permitted, excluded }: NameSubtrees): Finding | undefined {
  const names = namesOf(certificate);
  if (names.some((name) => isExcluded(name, excluded))) {
    return refuse(certificate, 'has a name that a CA above it must not certify, or that cannot be compared with those');
  }
  if (names.every((name) => isPermitted(name, permitted))) return undefined;
  return refuse(certificate, 'has a name outside of those that a CA above it may certify');
}

function refuse({ subject }: PathCertificate, what: string): Finding {
  return { reason: 'NameNotPermitted', message: `The certificate ${subject.text} ${what} (name constraints)` };
}

function isExcluded(name: GeneralName, excluded: readonly GeneralName[]): boolean {
  return ofForm(name, excluded).some((subtree) => liesWithin(name, subtree) !== false || mayReachInto(name, subtree));
}

/** A form of which no subtree is named is not constrained. */
function isPermitted(name: GeneralName, permitted: readonly GeneralName[]): boolean {
  const subtrees = ofForm(name, permitted);
  return subtrees.length === 0 || subtrees.some((subtree) => liesWithin(name, subtree) === true);
}

function ofForm({ type }: GeneralName, subtrees: readonly GeneralName[]): readonly GeneralName[] {
  return subtrees.filter((subtree) => subtree.type === type);
}

/**
 * All names that the constraints hold for: the subject and the alternative names; mail addresses in the subject; and,
 * as OpenSSL has it, a common name that can be taken for a host where no alternative name is one.
 */
function namesOf({ subject, subjectAltNames = [] }: PathCertificate): readonly GeneralName[] {
  const hosts = subjectAltNames.some(({ type }) => type === 'DNS') ? [] : subject.commonNames.filter(isHostname);
  return [
    ...(subject.rdns.length === 0 ? [] : [{ type: 'directory', name: subject } as const]),
    ...subjectAltNames,
    ...subject.emailAddresses.map((value) => ({ type: 'email', value }) as const),
    ...hosts.map((value) => ({ type: 'DNS', value }) as const),
  ];
}

function isHostname(text: string): boolean {
  return /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(text);
}
