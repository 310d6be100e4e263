import { isHostname } from '../hostname.ts';
import { parseAddress } from '../ip-address.ts';
import { hostOf, splitUri } from '../uri.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.6: a URI with an authority "MUST include a fully qualified domain name or IP address as the host".
 * A SPIFFE trust domain is no host: it has a rule of its own.
 */
export const uriHost: Rule = {
  reason: 'UriHostInvalid',
  clause: 'RFC 5280 4.2.1.6',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && !hasSoundHost(value));
    return wrong && `The host of the URI ${JSON.stringify(wrong.value)} is neither a host name nor an address`;
  },
};

function hasSoundHost(uri: string): boolean {
  const { scheme, authority } = splitUri(uri) ?? {};
  if (authority === undefined || scheme === 'spiffe') return true;
  const host = hostOf(authority);
  return isHostname(host) || parseAddress(host.replace(/^\[(.*)\]$/, '$1')) !== undefined;
}
