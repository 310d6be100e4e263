import { comparableName } from '../names/general-name.ts';
import { isHostname } from '../names/hostname.ts';
import { parseAddress } from '../names/ip-address.ts';
import { hostnameRules } from './hostnames.ts';
import type { Rule } from './rule.ts';
import { uriRules } from './uris.ts';

/** RFC 9525 6: verifiers look at the subjectAltName only; a certificate without one is nobody's. */
const subjectAltNamePresent: Rule = {
  reason: 'SubjectAltNameMissing',
  clause: 'RFC 5280 4.2.1.6, RFC 9525 6',
  check: ({ profile, subjectAltNames }) =>
    profile !== 'ca' && subjectAltNames.length === 0 ? 'The certificate has no subject alternative name' : undefined,
};

/** One name, once, whatever its spelling. Certificates that list a name twice have confused peers. */
const subjectAltNameUnique: Rule = {
  reason: 'SubjectAltNameDuplicate',
  clause: 'RFC 4343 2, and stricter than RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const names = subjectAltNames.map(comparableName);
    const duplicate = names.find((name, index) => names.indexOf(name) !== index);
    return duplicate && `The subject alternative name ${duplicate} is there twice`;
  },
};

/** RFC 5280 4.2.1.6: an iPAddress has 4 octets or 16, so one address and no network, and no zone as in `fe80::1%eth0`. */
const addressSyntax: Rule = {
  reason: 'AddressInvalid',
  clause: 'RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'IP' && parseAddress(value) === undefined);
    return wrong && `${JSON.stringify(wrong.value)} is not an IPv4 or IPv6 address`;
  },
};

/** RFC 5322 3.2.3, dot-atom. The quoted form is legal too and read differently by too many. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/**
 * RFC 5280 4.2.1.6: an rfc822Name is a bare Mailbox, `local@host`, without a phrase before and without `<>`; 7.5: the
 * host as A-labels. RFC 5321 4.5.3.1.1: at most 64 octets before the `@`. Other local parts need RFC 9598.
 */
const emailSyntax: Rule = {
  reason: 'EmailInvalid',
  clause: 'RFC 5280 4.2.1.6, 7.5',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'email' && !isMailbox(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a mail address of the form name@host in ASCII`;
  },
};

function isMailbox(value: string): boolean {
  const [local = '', host = '', ...rest] = value.split('@');
  return rest.length === 0 && local.length <= 64 && localPart.test(local) && isHostname(host);
}

/**
 * CA/Browser Forum BR 7.1.4.3: the common name of a server "MUST contain exactly one entry that is one of the values
 * contained in the Certificate's subjectAltName extension". Old verifiers take it for a host name (RFC 9525 2).
 */
const commonNameInNames: Rule = {
  reason: 'CommonNameNotAName',
  clause: 'CA/Browser Forum BR 7.1.4.3',
  check: ({ profile, subject, subjectAltNames }) => {
    if (profile !== 'server') return undefined;
    const names = new Set(subjectAltNames.map(comparableName));
    const isName = (value: string) =>
      (['DNS', 'IP'] as const).some((type) => names.has(comparableName({ type, value })));
    const wrong = subject.find(({ type, value }) => type === 'commonName' && !isName(value));
    return wrong && `The common name ${JSON.stringify(wrong.value)} is none of the subject alternative names`;
  },
};

export const altNameRules: readonly Rule[] = [
  subjectAltNamePresent,
  ...hostnameRules,
  addressSyntax,
  emailSyntax,
  ...uriRules,
  subjectAltNameUnique,
  commonNameInNames,
];
