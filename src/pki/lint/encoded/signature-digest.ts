import type { EncodedCertificate } from '../../encoded-certificate.ts';
import { isOid, type OidName } from '../../object-identifiers.ts';
import type { Rule } from '../rule.ts';

const broken: readonly OidName[] = ['md5WithRsaEncryption', 'sha1WithRsaEncryption', 'ecdsaWithSha1'];

/** RFC 6194 3: SHA-1 is not for signatures, where a collision makes a second certificate; RFC 6151 2: nor is MD5. */
export const signatureDigest: Rule<EncodedCertificate> = {
  reason: 'SignatureDigestBroken',
  clause: 'RFC 6194 3, RFC 6151 2',
  check: ({ signature: { children } }) => {
    const name = broken.find((candidate) => children[0] !== undefined && isOid(children[0], candidate));
    return name && `The signature would be ${name}, whose digest is broken`;
  },
};
