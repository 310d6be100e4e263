import type { Rule } from './rule.ts';

/** RFC 8446 4.4.2.2: "the digitalSignature bit MUST be set"; each TLS 1.3 handshake signs with the key of the leaf. */
export const keyUsageOfLeaf: Rule = {
  reason: 'DigitalSignatureMissing',
  clause: 'RFC 8446 4.4.2.2',
  check: ({ profile, keyUsage }) =>
    profile !== 'ca' && !keyUsage.includes('digitalSignature')
      ? 'A leaf must have the key usage digitalSignature'
      : undefined,
};
