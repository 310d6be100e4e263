import { splitUri } from '../uri.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.2.1.10: a URI without a host cannot be compared with a constraint and is refused. Go's crypto/x509 does
 * so below any CA with name constraints, also where none of them is on URIs.
 */
export const uriHostUnderConstraints: Rule = {
  reason: 'UriWithoutHost',
  clause: 'RFC 5280 4.2.1.10, and stricter',
  check: ({ subjectAltNames, issuer }) => {
    if (issuer.nameConstraints === undefined) return undefined;
    const wrong = subjectAltNames.find(({ type, value }) => type === 'URI' && !splitUri(value)?.authority);
    return wrong && `The URI ${JSON.stringify(wrong.value)} has no host, which a CA with name constraints asks for`;
  },
};
