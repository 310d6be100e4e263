import { fromBER, ObjectIdentifier } from 'asn1js';
import { type Der, objectIdentifier, toHex } from './encode.ts';
import type { DerElement } from './tree.ts';

/** Object identifiers by the names that RFC 5280 gives them. */
export const oid = {
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  domainComponent: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha1: '1.2.840.10045.4.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  md5WithRsaEncryption: '1.2.840.113549.1.1.4',
  sha1WithRsaEncryption: '1.2.840.113549.1.1.5',
  sha256WithRsaEncryption: '1.2.840.113549.1.1.11',
} as const;

export type OidName = keyof typeof oid;

const encoded = new Map(Object.entries(oid).map(([name, value]) => [name, objectIdentifier(value)]));

export function encodedOid(name: OidName): Der {
  const der = encoded.get(name);
  if (der === undefined) throw new Error(`no object identifier ${name}`);
  return der;
}

export function isOid({ der }: DerElement, name: OidName): boolean {
  return Buffer.compare(der, encodedOid(name)) === 0;
}

const known = new Map([...encoded].map(([name, der]) => [toHex(der), oid[name as OidName]]));

/** In dotted form; throws on what is none. Those without a name here are rare, and left to asn1js. */
export function readOid(element: DerElement | undefined): string {
  if (element?.tag !== 0x06) throw new Error('not an object identifier');
  return known.get(toHex(element.der)) ?? readRare(element.der);
}

function readRare(der: Uint8Array): string {
  const { offset, result } = fromBER(der);
  if (offset === -1 || !(result instanceof ObjectIdentifier)) throw new Error('not an object identifier');
  return result.getValue();
}
