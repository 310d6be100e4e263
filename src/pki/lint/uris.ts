import { isHostname } from '../names/hostname.ts';
import { parseAddress } from '../names/ip-address.ts';
import { hostOf, splitUri } from '../names/uri.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.2.1.6: "The name MUST NOT be a relative URI", and has a scheme and something after it, in ASCII (7.4). */
const uriAbsolute: Rule = {
  reason: 'UriInvalid',
  clause: 'RFC 5280 4.2.1.6, RFC 3986',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && splitUri(value) === undefined);
    return wrong && `${JSON.stringify(wrong.value)} is not an absolute URI such as "spiffe://example.org/service"`;
  },
};

/**
 * RFC 5280 4.2.1.6: a URI with an authority "MUST include a fully qualified domain name or IP address as the host".
 * A SPIFFE trust domain is no host: it has a rule of its own.
 */
const uriHost: Rule = {
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

/**
 * SPIFFE-ID 2: `spiffe://trust-domain/path`, the trust domain in lower case and of at most 255 octets, no user, port,
 * query or fragment; 2.2: path segments of letters, digits, `.`, `-`, `_`, none empty or a dot segment; 2.3: at most
 * 2048 octets in all. Stricter: no empty label in the trust domain, as Go's crypto/x509 refuses such a certificate.
 */
const spiffeId: Rule = {
  reason: 'SpiffeIdInvalid',
  clause: 'SPIFFE-ID 2, and stricter',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && isSpiffe(value) && !isSpiffeId(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a SPIFFE ID such as "spiffe://example.org/service"`;
  },
};

/** Also for what is meant as one and is written wrongly. */
function isSpiffe(uri: string): boolean {
  return splitUri(uri)?.scheme === 'spiffe';
}

function isSpiffeId(uri: string): boolean {
  const [, trustDomain = '', path = ''] =
    /^spiffe:\/\/([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)((?:\/[\w.-]+)*)$/.exec(uri) ?? [];
  const hasDots = path.split('/').some((segment) => segment === '.' || segment === '..');
  return trustDomain !== '' && trustDomain.length <= 255 && uri.length <= 2048 && !hasDots;
}

/** X509-SVID 2: "An X.509 SVID MUST contain exactly one URI SAN": with two, a verifier could not tell who is there. */
const spiffeIdAlone: Rule = {
  reason: 'SpiffeIdNotAlone',
  clause: 'X509-SVID 2',
  check: ({ subjectAltNames }) => {
    const uris = subjectAltNames.filter(({ type }) => type === 'URI');
    return uris.length > 1 && uris.some(({ value }) => isSpiffe(value))
      ? 'A certificate with a SPIFFE ID has no other URI'
      : undefined;
  },
};

export const uriRules: readonly Rule[] = [uriAbsolute, uriHost, spiffeId, spiffeIdAlone];
