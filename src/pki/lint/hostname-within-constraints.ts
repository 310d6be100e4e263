import { isHostname } from '../hostname.ts';
import { mayCertifyHost } from '../name-constraints.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.10, 6.1.3 (b), (c): no verifier accepts a name that its CA may not certify. Where no DNS name is
 * there, OpenSSL also takes a common name with a dot in it for one.
 */
export const hostnameWithinConstraints: Rule = {
  reason: 'HostnameOutsideConstraints',
  clause: 'RFC 5280 4.2.1.10',
  check: ({ profile, subject, subjectAltNames, issuer: { nameConstraints } }) => {
    if (profile === 'ca' || nameConstraints === undefined) return undefined;
    const dnsNames = subjectAltNames.filter(({ type }) => type === 'DNS');
    const hosts = dnsNames.length > 0 ? dnsNames : subject.filter(isTakenForHost);
    const wrong = hosts.find(({ value }) => !mayCertifyHost(value, nameConstraints));
    return wrong && `${JSON.stringify(wrong.value)} lies outside of the names that the CA may certify`;
  },
};

function isTakenForHost({ type, value }: { readonly type: string; readonly value: string }): boolean {
  return type === 'commonName' && value.includes('.') && isHostname(value);
}
