import { type Der, explicit, generalizedTime, integer, nullValue, sequence, utcTime } from '../der/encode.ts';
import { encodedOid } from '../der/object-identifiers.ts';
import type { SignatureAlgorithm } from '../keys/algorithm.ts';
import { signatureAlgorithmOf } from '../keys/algorithm.ts';
import { encodeName } from '../names/name.ts';
import type { Draft } from './draft.ts';
import { encodeExtensions } from './extensions.ts';

/** TBSCertificate (RFC 5280 4.1): the bytes that are signed. The same draft gives the same bytes. */
export function encodeTbs(draft: Draft): Der {
  return sequence(
    version3,
    integer(draft.serialNumber),
    encodeSignatureAlgorithm(requireSignatureAlgorithm(draft.issuer.keyAlgorithm)),
    draft.issuer.nameDer,
    sequence(encodeTime(draft.notBefore), encodeTime(draft.notAfter)),
    subjectOf(draft),
    draft.publicKey.der,
    encodeExtensions(draft),
  );
}

function subjectOf(draft: Draft): Uint8Array {
  return (draft.profile === 'ca' ? draft.subjectDer : undefined) ?? encodeName(draft.subject);
}

/** RFC 5280 4.1.2.1: v3 is 2. */
const version3 = explicit(0, integer(Uint8Array.of(2)));

/** AlgorithmIdentifier (RFC 5280 4.1.1.2). */
export function encodeSignatureAlgorithm({ name, hasNullParameters }: SignatureAlgorithm): Der {
  return sequence(encodedOid(name), ...(hasNullParameters ? [nullValue] : []));
}

/** The lint `issuerKeyStrength` has let the draft through, so there is one. */
export function requireSignatureAlgorithm(issuerKeyAlgorithm: string): SignatureAlgorithm {
  const algorithm = signatureAlgorithmOf(issuerKeyAlgorithm);
  if (algorithm === undefined) throw new Error(`no signature algorithm for a key of ${issuerKeyAlgorithm}`);
  return algorithm;
}

/** RFC 5280 4.1.2.5: UTCTime with two digits of the year through 2049, GeneralizedTime with four from 2050. */
export function encodeTime(instant: Temporal.Instant): Der {
  const text = instant.toString({ smallestUnit: 'second' }).replace(/[-:T]/g, '');
  return text < '2050' ? utcTime(text.slice(2)) : generalizedTime(text);
}
