import { splitUri } from '../uri.ts';
import type { Rule } from './rule.ts';

/**
 * SPIFFE-ID 2: `spiffe://trust-domain/path`, the trust domain in lower case and of at most 255 octets, no user, port,
 * query or fragment; 2.2: path segments of letters, digits, `.`, `-`, `_`, none empty or a dot segment; 2.3: at most
 * 2048 octets in all. Stricter: no empty label in the trust domain, as Go's crypto/x509 refuses such a certificate.
 */
export const spiffeId: Rule = {
  reason: 'SpiffeIdInvalid',
  clause: 'SPIFFE-ID 2, and stricter',
  check: ({ subjectAltNames }) => {
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && isSpiffe(value) && !isSpiffeId(value));
    return wrong && `${JSON.stringify(wrong.value)} is not a SPIFFE ID such as "spiffe://example.org/service"`;
  },
};

/** Also for what is meant as one and is written wrongly. */
export function isSpiffe(uri: string): boolean {
  return splitUri(uri)?.scheme === 'spiffe';
}

function isSpiffeId(uri: string): boolean {
  const [, trustDomain = '', path = ''] =
    /^spiffe:\/\/([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)((?:\/[\w.-]+)*)$/.exec(uri) ?? [];
  const hasDots = path.split('/').some((segment) => segment === '.' || segment === '..');
  return trustDomain !== '' && trustDomain.length <= 255 && uri.length <= 2048 && !hasDots;
}
