import { type EncodedCertificate, findExtension } from '../../encoded-certificate.ts';
import type { OidName } from '../../object-identifiers.ts';
import type { Rule } from '../rule.ts';

type Extension = readonly [name: OidName, isCritical: (certificate: EncodedCertificate) => boolean];

/** RFC 5280 4.2.1.1, .2, .3, .6, .9, .10. Stricter: basicConstraints is critical in leaves too. */
const expected: readonly Extension[] = [
  ['authorityKeyIdentifier', () => false],
  ['subjectKeyIdentifier', () => false],
  ['keyUsage', () => true],
  ['subjectAltName', ({ subject }) => subject.children.length === 0],
  ['basicConstraints', () => true],
  ['nameConstraints', () => true],
  // Critical, it would shut out every purpose that the relying party does not ask for by name (4.2.1.12).
  ['extKeyUsage', () => false],
];

/** RFC 5280 4.2: who does not know a critical extension refuses the certificate, who does not know another ignores it. */
export const extensionCriticality: Rule<EncodedCertificate> = {
  reason: 'ExtensionCriticality',
  clause: 'RFC 5280 4.2.1',
  check: (certificate) => {
    const wrong = expected.find(([name, isCritical]) => {
      const extension = findExtension(certificate, name);
      return extension !== undefined && extension.isCritical !== isCritical(certificate);
    });
    return wrong && `The extension ${wrong[0]} must ${wrong[1](certificate) ? '' : 'not '}be critical`;
  },
};
