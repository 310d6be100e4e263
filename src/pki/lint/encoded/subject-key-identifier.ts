import { type EncodedCertificate, findExtension } from '../../encoded-certificate.ts';
import type { Rule } from '../rule.ts';

/** RFC 5280 4.2.1.2: it "MUST appear in all conforming CA certificates" and "SHOULD be included in all end entity certificates". */
export const subjectKeyIdentifier: Rule<EncodedCertificate> = {
  reason: 'SubjectKeyIdentifierMissing',
  clause: 'RFC 5280 4.2.1.2',
  check: (certificate) =>
    findExtension(certificate, 'subjectKeyIdentifier') ? undefined : 'The certificate has no subject key identifier',
};
