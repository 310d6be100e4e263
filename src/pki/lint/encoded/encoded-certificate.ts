import { type DerElement, readTree } from '../../der-tree.ts';
import { encodedOid, type OidName } from '../../object-identifiers.ts';

/** TBSCertificate (RFC 5280 4.1) taken apart again: what a rule on the bytes looks at. */
export interface EncodedCertificate {
  readonly whole: DerElement;
  readonly version: DerElement;
  readonly signature: DerElement;
  readonly validity: DerElement;
  readonly subject: DerElement;
  readonly extensions: readonly EncodedExtension[];
}

export interface EncodedExtension {
  readonly oid: DerElement;
  readonly isCritical: boolean;
}

export function readEncoded(tbsDer: Uint8Array): EncodedCertificate {
  const whole = readTree(tbsDer);
  const [version, , signature, , validity, subject, , extensions] = whole.children;
  if (!(version && signature && validity && subject && extensions)) throw new Error('not a TBSCertificate');
  const list = extensions.children[0]?.children ?? [];
  return { whole, version, signature, validity, subject, extensions: list.flatMap(readExtension) };
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue }. */
function readExtension({ children: [oid, second] }: DerElement): readonly EncodedExtension[] {
  return oid === undefined ? [] : [{ oid, isCritical: second?.tag === 0x01 }];
}

export function findExtension(
  { extensions }: Pick<EncodedCertificate, 'extensions'>,
  name: OidName,
): EncodedExtension | undefined {
  return extensions.find(({ oid }) => isOid(oid, name));
}

export function isOid({ der }: DerElement, name: OidName): boolean {
  return Buffer.compare(der, encodedOid(name)) === 0;
}
