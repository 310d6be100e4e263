import { isCross } from '../issue/draft.ts';
import { isEllipticCurve } from '../keys/algorithm.ts';
import type { Rule } from './rule.ts';

/**
 * RFC 5280 4.1.2.6: the subject of a CA is not empty. We are stricter: it carries the serial number of its
 * generation, as an NGINX whose CA was replaced by one of the same name still resumes sessions of the old one. A cross
 * certificate takes over the subject of whatever CA it certifies.
 */
const caGeneration: Rule = {
  reason: 'CaWithoutGeneration',
  clause: 'RFC 5280 4.1.2.6, and stricter',
  check: (draft) => {
    const { profile, subject } = draft;
    if (profile !== 'ca' || isCross(draft)) return undefined;
    const generations = subject.filter(({ type, value }) => type === 'serialNumber' && /^[0-9a-f]{16}$/.test(value));
    return generations.length === 1 ? undefined : 'The subject of the CA lacks the 16 hex digits of its generation';
  },
};

/**
 * RFC 5280 4.2.1.9: a CA says cA; 4.2.1.3: and keyCertSign with it. We are stricter: below a root stands one cross
 * certificate at most, below that leaves alone, and the key signs certificates and CRLs only, so that the key that every
 * leaf depends on can do nothing else.
 */
const caIsCa: Rule = {
  reason: 'CaWithoutCaBits',
  clause: 'RFC 5280 4.2.1.9, 4.2.1.3, and stricter',
  check: (draft) => {
    if (draft.profile !== 'ca') return undefined;
    const { isCa, pathLength } = draft.basicConstraints;
    const bits = [...draft.keyUsage].sort().join();
    return isCa && pathLength === (isCross(draft) ? 0 : 1) && bits === 'cRLSign,keyCertSign'
      ? undefined
      : 'A CA must have cA, path length 1 or in a cross certificate 0, and the key usages keyCertSign and cRLSign only';
  },
};

/** RFC 5280 4.2.1.9: with cA a leaf could sign certificates in the name of whoever trusts its issuer. */
const leafIsNoCa: Rule = {
  reason: 'LeafIsCa',
  clause: 'RFC 5280 4.2.1.9',
  check: ({ profile, basicConstraints }) =>
    profile !== 'ca' && basicConstraints.isCa ? 'A leaf must not be a CA' : undefined,
};

/** RFC 5280 4.2.1.9: "CAs MUST NOT include the pathLenConstraint field unless the cA boolean is asserted". */
const pathLengthWithoutCa: Rule = {
  reason: 'PathLengthWithoutCa',
  clause: 'RFC 5280 4.2.1.9',
  check: ({ profile, basicConstraints }) =>
    profile !== 'ca' && basicConstraints.pathLength !== undefined ? 'A leaf must not have a path length' : undefined,
};

/** RFC 5280 4.2.1.3: with keyCertSign "the cA bit [...] MUST also be asserted". Stricter: cRLSign, which would revoke others. */
const signingUsageWithoutCa: Rule = {
  reason: 'SigningUsageWithoutCa',
  clause: 'RFC 5280 4.2.1.3, and stricter',
  check: ({ profile, keyUsage }) =>
    profile !== 'ca' && (keyUsage.includes('keyCertSign') || keyUsage.includes('cRLSign'))
      ? 'A leaf must not have the key usages keyCertSign and cRLSign'
      : undefined,
};

/** RFC 8446 4.4.2.2: "the digitalSignature bit MUST be set"; each TLS 1.3 handshake signs with the key of the leaf. */
const keyUsageOfLeaf: Rule = {
  reason: 'DigitalSignatureMissing',
  clause: 'RFC 8446 4.4.2.2',
  check: ({ profile, keyUsage }) =>
    profile !== 'ca' && !keyUsage.includes('digitalSignature')
      ? 'A leaf must have the key usage digitalSignature'
      : undefined,
};

/**
 * RFC 5280 4.2.1.12. We are stricter: a leaf is for one direction only, since a server certificate that is also a
 * client's lets every server pass as a client. A CA has none: there it would restrict what it may sign.
 */
const extendedKeyUsage: Rule = {
  reason: 'ExtendedKeyUsageNotOne',
  clause: 'RFC 5280 4.2.1.12, and stricter',
  check: ({ profile, extendedKeyUsage: purposes }) => {
    const wanted = { ca: '', server: 'serverAuth', client: 'clientAuth' }[profile];
    return purposes.join() === wanted
      ? undefined
      : `The extended key usage of a ${profile} certificate must be ${wanted || 'absent'}`;
  },
};

/** RFC 8813 3 for id-ecPublicKey, RFC 9295 3 for id-Ed25519: keyEncipherment and dataEncipherment "MUST NOT be present". */
const noKeyEnciphermentWithEc: Rule = {
  reason: 'KeyEnciphermentWithEc',
  clause: 'RFC 8813 3, RFC 9295 3',
  check: ({ publicKey, keyUsage }) =>
    isEllipticCurve(publicKey.algorithm) && keyUsage.includes('keyEncipherment')
      ? 'A key on an elliptic curve must not have the key usage keyEncipherment'
      : undefined,
};

export const profileRules: readonly Rule[] = [
  caGeneration,
  caIsCa,
  leafIsNoCa,
  pathLengthWithoutCa,
  signingUsageWithoutCa,
  keyUsageOfLeaf,
  noKeyEnciphermentWithEc,
  extendedKeyUsage,
];
