import type { Rule } from './rule.ts';
import { isSpiffe } from './spiffe-id.ts';

/** X509-SVID 2: "An X.509 SVID MUST contain exactly one URI SAN": with two, a verifier could not tell who is there. */
export const spiffeIdAlone: Rule = {
  reason: 'SpiffeIdNotAlone',
  clause: 'X509-SVID 2',
  check: ({ subjectAltNames }) => {
    const uris = subjectAltNames.filter(({ type }) => type === 'URI');
    return uris.length > 1 && uris.some(({ value }) => isSpiffe(value))
      ? 'A certificate with a SPIFFE ID has no other URI'
      : undefined;
  },
};
