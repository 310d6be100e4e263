import { parseAddress } from '../ip-address.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.6: an iPAddress has 4 octets or 16, so one address and no network, and no zone as in `fe80::1%eth0`. */
export const addressSyntax: Rule = {
  reason: 'AddressInvalid',
  clause: 'RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'IP' && parseAddress(value) === undefined);
    return wrong && `${JSON.stringify(wrong.value)} is not an IPv4 or IPv6 address`;
  },
};
