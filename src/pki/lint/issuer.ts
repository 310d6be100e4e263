import { readTree } from '../der/tree.ts';
import { signatureAlgorithmOf } from '../keys/algorithm.ts';
import { encodeName } from '../names/name.ts';
import type { Rule } from './rule.ts';

/** RFC 5280 4.1.2.4: "The issuer field MUST contain a non-empty distinguished name". Who has none cannot be found. */
const issuerNamePresent: Rule = {
  reason: 'IssuerNameEmpty',
  clause: 'RFC 5280 4.1.2.4',
  check: ({ issuer }) =>
    readTree(issuer.nameDer).children.length === 0 ? 'The subject of the CA is empty' : undefined,
};

/** RFC 5280 6.1.4 (k), (n): no verifier accepts a certificate below one that lacks cA or the key usage keyCertSign. */
const issuerIsCa: Rule = {
  reason: 'IssuerNotCa',
  clause: 'RFC 5280 6.1.4',
  check: ({ issuer }) => (issuer.isCa ? undefined : 'The issuer is not a CA or may not sign certificates'),
};

/** RFC 5280 4.1.2.3: the signature field names an algorithm; it follows the issuer's key, which must be one we sign with. */
const issuerKeyStrength: Rule = {
  reason: 'IssuerKeyWeak',
  clause: 'RFC 5280 4.1.2.3, NIST SP 800-57 part 1',
  check: ({ issuer }) =>
    signatureAlgorithmOf(issuer.keyAlgorithm) === undefined
      ? `The CA has a key of ${issuer.keyAlgorithm}, which is too weak or not supported`
      : undefined,
};

/**
 * RFC 5280 3.2: a certificate of one name as subject and issuer is self-issued, and verifiers pass over it where they
 * count and constrain (6.1.3). OpenSSL takes such a leaf for a root that it does not know.
 */
const subjectNotIssuers: Rule = {
  reason: 'SubjectIsIssuer',
  clause: 'RFC 5280 3.2, 6.1.3',
  check: ({ profile, subject, issuer }) =>
    profile !== 'ca' && Buffer.compare(encodeName(subject), issuer.nameDer) === 0
      ? 'The certificate has the same subject as its CA'
      : undefined,
};

export const issuerRules: readonly Rule[] = [subjectNotIssuers, issuerNamePresent, issuerIsCa, issuerKeyStrength];
