import { toHex } from '../../der.ts';
import type { EncodedCertificate } from '../../encoded-certificate.ts';
import type { Rule } from '../rule.ts';

/** RFC 5280 4.2: "A certificate MUST NOT include more than one instance of a particular extension." */
export const extensionUnique: Rule<EncodedCertificate> = {
  reason: 'ExtensionDuplicate',
  clause: 'RFC 5280 4.2',
  check: ({ extensions }) => {
    const seen = new Set(extensions.map(({ oid }) => toHex(oid.der)));
    return seen.size === extensions.length ? undefined : 'The certificate has an extension twice';
  },
};
