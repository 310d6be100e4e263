import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.6: an address stands in an iPAddress; as a dNSName no verifier would find it. RFC 1123 2.1: the
 * last label of a host name is never a number, which tells `10.0.0.1` from a name.
 */
export const hostnameNoAddress: Rule = {
  reason: 'AddressAsHostname',
  clause: 'RFC 5280 4.2.1.6, RFC 1123 2.1',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'DNS' && /(^|\.)\d+$/.test(value));
    return wrong && `${JSON.stringify(wrong.value)} is an IP address or ends like one, which a DNS name must not`;
  },
};
