import { type Der, enumerated, explicit, implicit, integer, octetString, sequence } from '../der/encode.ts';
import { encodedOid } from '../der/object-identifiers.ts';
import { encodeSignatureAlgorithm, encodeTime, requireSignatureAlgorithm } from '../issue/tbs.ts';
import { type CrlDraft, type CrlEntry, crlReasons } from './draft.ts';

/** TBSCertList (RFC 5280 5.1): the bytes that are signed. The same draft gives the same bytes. */
export function encodeTbsCertList({ issuer, number, thisUpdate, nextUpdate, entries }: CrlDraft): Der {
  const revoked = [...entries].sort(bySerial).map(encodeEntry);
  return sequence(
    version2,
    encodeSignatureAlgorithm(requireSignatureAlgorithm(issuer.keyAlgorithm)),
    issuer.nameDer,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    // RFC 5280 5.1.2.6: absent where nothing is revoked.
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    explicit(0, sequence(encodeKeyIdentifier(issuer.keyId), encodeNumber(number))),
  );
}

/** RFC 5280 5.1.2.1: v2 is 1. */
const version2 = integer(Uint8Array.of(1));

/** The same list, in whichever order its entries came. */
function bySerial([one]: readonly [string, CrlEntry], [other]: readonly [string, CrlEntry]): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function encodeEntry([serial, { revokedAt, reason }]: readonly [string, CrlEntry]): Der {
  return sequence(encodeNatural(serial), encodeTime(revokedAt), ...encodeReason(reason));
}

/** RFC 5280 5.3.1: unspecified is told by saying nothing. Never critical. */
function encodeReason(reason: CrlEntry['reason']): readonly Der[] {
  const code = crlReasons[reason];
  return code === 0 ? [] : [sequence(sequence(encodedOid('reasonCode'), octetString(enumerated(code))))];
}

/** RFC 5280 5.2.1, not critical. */
function encodeKeyIdentifier(keyId: Uint8Array): Der {
  return sequence(encodedOid('authorityKeyIdentifier'), octetString(sequence(implicit(0, keyId))));
}

/** RFC 5280 5.2.3, not critical. */
function encodeNumber(number: bigint): Der {
  return sequence(encodedOid('cRLNumber'), octetString(encodeNatural(number.toString(16))));
}

/** X.690 8.3.2: in as few octets as possible, and none of them makes it negative. */
function encodeNatural(hex: string): Der {
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return integer((octets[0] ?? 0) < 0x80 ? octets : Uint8Array.of(0, ...octets));
}
