import type { Certificate } from '../x509/certificate.ts';
import { soft, type Verdict } from './verdict.ts';

/** RFC 5280 4.1.2.2: a positive integer of at most 20 octets. */
const longestSerial = 20;

export function hasOddSerial({ subject, serialOctets: serialNumber }: Certificate): Verdict | undefined {
  const isNegative = (serialNumber[0] ?? 0) >= 0x80;
  const isZero = serialNumber.every((octet) => octet === 0);
  if (!isNegative && !isZero && serialNumber.byteLength <= longestSerial) return undefined;
  const fault = isZero ? 'is 0' : isNegative ? 'is negative' : `has more than ${longestSerial} octets`;
  return soft(
    'SerialNumberInvalid',
    `The serial number of the certificate ${subject.text} ${fault}, and strict verifiers refuse it`,
  );
}

/** RFC 5480 2.1.1: keys of PKIX name their curve; others may choose its parameters (CVE-2020-0601). */
export function hasExplicitCurve({ subject, hasExplicitCurve: isExplicit }: Certificate): Verdict | undefined {
  if (!isExplicit) return undefined;
  return soft(
    'CurveUnnamed',
    `The key of the certificate ${subject.text} spells its curve out instead of naming it, and many verifiers refuse it`,
  );
}

/** Go takes none beyond 31 bits; a large one makes each verification slow. */
const largestExponent = 2n ** 31n - 1n;

export function hasOddExponent({ subject, publicKey }: Certificate): Verdict | undefined {
  const { publicExponent } = publicKey.asymmetricKeyDetails ?? {};
  if (publicExponent === undefined) return undefined;
  if (publicExponent >= 3n && publicExponent % 2n === 1n && publicExponent <= largestExponent) return undefined;
  return soft(
    'RsaExponentUnusual',
    `The RSA key of the certificate ${subject.text} has an exponent that many verifiers refuse: 65537 is usual`,
  );
}
