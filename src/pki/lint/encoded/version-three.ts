import { toHex } from '../../der.ts';
import type { EncodedCertificate } from '../../encoded-certificate.ts';
import type { Rule } from '../rule.ts';

/** RFC 5280 4.1.2.1: "When extensions are used, as expected in this profile, version MUST be 3 (value is 2)". */
export const versionThree: Rule<EncodedCertificate> = {
  reason: 'VersionNotThree',
  clause: 'RFC 5280 4.1.2.1',
  check: ({ version }) =>
    version !== undefined && toHex(version.der) === 'a003020102' ? undefined : 'The certificate is not of version 3',
};
