import type { Draft } from '../issue/draft.ts';
import { isHostname, isTakenForHost } from '../names/hostname.ts';
import { mayCertify } from '../names/name-constraints.ts';
import { splitUri } from '../names/uri.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.10: a DNS constraint is a host name, to which labels may be added: no wildcard, no leading dot. */
const nameConstraintSyntax: Rule = {
  reason: 'NameConstraintInvalid',
  clause: 'RFC 5280 4.2.1.10',
  check: (draft) => {
    const wrong = draft.profile === 'ca' ? draft.permittedDnsSubtrees.find((name) => !isHostname(name)) : undefined;
    return wrong === undefined ? undefined : `The name constraint ${JSON.stringify(wrong)} is not a host name`;
  },
};

/**
 * RFC 5280 4.2.1.10, 6.1.3 (b), (c): no verifier accepts a name that its CA may not certify. Where no DNS name is
 * there, OpenSSL also takes a common name with a dot in it for one.
 */
const hostnameWithinConstraints: Rule = {
  reason: 'HostnameOutsideConstraints',
  clause: 'RFC 5280 4.2.1.10',
  check: ({ profile, subject, subjectAltNames, issuer: { nameConstraints } }) => {
    if (profile === 'ca' || nameConstraints === undefined) return undefined;
    const dnsNames = subjectAltNames.filter(({ type }) => type === 'DNS');
    const commonNames = subject.filter(({ type, value }) => type === 'commonName' && isTakenForHost(value));
    const hosts = dnsNames.length > 0 ? dnsNames : commonNames;
    const wrong = hosts.find(({ value }) => !mayCertify({ type: 'DNS', value }, nameConstraints));
    return wrong && `${JSON.stringify(wrong.value)} lies outside of the names that the CA may certify`;
  },
};

/**
 * RFC 5280 4.2.1.10: constraints hold for names of their type, those on directory names ([4]) for the subject. We
 * judge the ones on DNS names; what we cannot judge is refused, as the peer may be able to.
 */
const constraintsJudged: Rule = {
  reason: 'ConstraintUnsupported',
  clause: 'RFC 5280 4.2.1.10, and stricter',
  check: (draft) => {
    const { permitted = [], excluded = [] } = draft.issuer.nameConstraints ?? {};
    const wrong = [...permitted, ...excluded].find(({ type }) => type !== 'DNS' && isUsed(type, draft));
    return wrong && `The CA has a constraint on names of the type ${wrong.type}, which is not supported`;
  },
};

function isUsed(type: string, { profile, subject, subjectAltNames }: Draft): boolean {
  if (profile === 'ca') return false;
  return type === 'directory' || type === 'other'
    ? subject.length > 0
    : subjectAltNames.some((name) => name.type === type);
}

/**
 * RFC 5280 4.2.1.10: a URI without a host cannot be compared with a constraint and is refused. Go's crypto/x509 does
 * so below any CA with name constraints, also where none of them is on URIs.
 */
const uriHostUnderConstraints: Rule = {
  reason: 'UriWithoutHost',
  clause: 'RFC 5280 4.2.1.10, and stricter',
  check: ({ subjectAltNames, issuer }) => {
    if (issuer.nameConstraints === undefined) return undefined;
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && !splitUri(value)?.authority);
    return wrong && `The URI ${JSON.stringify(wrong.value)} has no host, which a CA with name constraints asks for`;
  },
};

export const constraintRules: readonly Rule[] = [
  nameConstraintSyntax,
  hostnameWithinConstraints,
  constraintsJudged,
  uriHostUnderConstraints,
];
