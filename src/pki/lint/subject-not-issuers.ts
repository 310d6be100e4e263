import { encodeName } from '../name.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 3.2: a certificate of one name as subject and issuer is self-issued, and verifiers pass over it where they
 * count and constrain (6.1.3). OpenSSL takes such a leaf for a root that it does not know.
 */
export const subjectNotIssuers: Rule = {
  reason: 'SubjectIsIssuer',
  clause: 'RFC 5280 3.2, 6.1.3',
  check: ({ profile, subject, issuer }) =>
    profile !== 'ca' && Buffer.compare(encodeName(subject), issuer.nameDer) === 0
      ? 'The certificate has the same subject as its CA'
      : undefined,
};
