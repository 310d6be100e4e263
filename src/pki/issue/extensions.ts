import { bitString, booleanTrue, type Der, explicit, implicit, integer, octetString, sequence } from '../der/encode.ts';
import { encodedOid, type OidName } from '../der/object-identifiers.ts';
import { encodeSubjectAltNames } from '../names/general-name.ts';
import { encodePermittedDnsSubtrees } from '../names/name-constraints.ts';
import { keyUsageBits } from '../x509/extensions.ts';
import type { BasicConstraints, Draft, ExtendedKeyUsage, KeyUsage } from './draft.ts';

/** The extensions of a draft under their tag [3] (RFC 5280 4.1), always in this order. */
export function encodeExtensions(draft: Draft): Der {
  const { basicConstraints, keyUsage, extendedKeyUsage, subjectAltNames, subject, publicKey, issuer } = draft;
  const extensions = [
    critical('basicConstraints', encodeBasicConstraints(basicConstraints)),
    critical('keyUsage', encodeKeyUsage(keyUsage)),
    ...(extendedKeyUsage.length === 0 ? [] : [plain('extKeyUsage', encodeExtendedKeyUsage(extendedKeyUsage))]),
    plain('subjectKeyIdentifier', octetString(publicKey.keyId)),
    // RFC 5280 4.2.1.1: the key identifier only; issuer and serial number would pin one certificate of the CA's key.
    plain('authorityKeyIdentifier', sequence(implicit(0, issuer.keyId))),
  ];
  if (subjectAltNames.length > 0) {
    // RFC 5280 4.2.1.6: critical where the subject is empty, as the names are then all there is.
    const mark = subject.length === 0 ? critical : plain;
    extensions.push(mark('subjectAltName', encodeSubjectAltNames(subjectAltNames)));
  }
  if (draft.profile === 'ca' && draft.permittedDnsSubtrees.length > 0) {
    extensions.push(critical('nameConstraints', encodePermittedDnsSubtrees(draft.permittedDnsSubtrees)));
  }
  return explicit(3, sequence(...extensions));
}

function critical(name: OidName, value: Der): Der {
  return sequence(encodedOid(name), booleanTrue, octetString(value));
}

/** X.690 11.5: critical is FALSE by default, and a default is left out. */
function plain(name: OidName, value: Der): Der {
  return sequence(encodedOid(name), octetString(value));
}

/** RFC 5280 4.2.1.9; cA is FALSE by default. */
function encodeBasicConstraints({ isCa, pathLength }: BasicConstraints): Der {
  if (!isCa) return sequence();
  return sequence(booleanTrue, ...(pathLength === undefined ? [] : [integer(Uint8Array.of(pathLength))]));
}

/** X.690 11.2.2: a named bit list ends with its last bit that is set; all that we use are in the first octet. */
function encodeKeyUsage(usages: readonly KeyUsage[]): Der {
  const bits = usages.map((usage): number => keyUsageBits[usage]);
  const octet = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return bitString(Uint8Array.of(octet), 7 - Math.max(...bits));
}

/** RFC 5280 4.2.1.12. */
function encodeExtendedKeyUsage(purposes: readonly ExtendedKeyUsage[]): Der {
  return sequence(...purposes.map(encodedOid));
}
