import type { OtherNames } from '../../api/certificate-names.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { DraftedName } from '../../pki/names/general-name.ts';
import type { NameFields } from '../../pki/names/name.ts';
import { fractionOf } from '../../std/digest.ts';
import { parseDuration } from '../../std/duration.ts';

/** Names of every type but DNS. */
export function otherNames({ ipAddresses = [], uris = [], emailAddresses = [] }: OtherNames): readonly DraftedName[] {
  return [
    ...ipAddresses.map((value) => ({ type: 'IP', value }) as const),
    ...uris.map((value) => ({ type: 'URI', value }) as const),
    ...emailAddresses.map((value) => ({ type: 'email', value }) as const),
  ];
}

type CaIssuance = NonNullable<MtlsGatewaySpec['ca']['generated']>;
type LeafIssuance = MtlsGatewaySpec['serverCertificate'];

/** How a certificate is to be issued, whatever it is for. */
export function issuance({ uid }: { readonly uid: string }, spec: CaIssuance | LeafIssuance, name: string) {
  const { keyAlgorithm, duration, renewBefore, subject } = spec;
  const leaf = 'keyRotation' in spec ? spec : undefined;
  const before = renewBefore === undefined ? undefined : parseRenewBefore(renewBefore);
  return {
    keyAlgorithm,
    duration: parseDuration(duration),
    // The same after a restart, and another for every certificate of every resource.
    renewal: { jitter: fractionOf(`${uid}/${name}`), ...(before !== undefined && { before }) },
    ...(subject && { subject: toNameFields(subject) }),
    ...(leaf?.keyRotation === 'Never' && { keepsKey: true as const }),
    ...(leaf?.keystore && { keystore: { passwordSecret: leaf.keystore.pkcs12.passwordSecretRef } }),
  };
}

function parseRenewBefore(text: string): Temporal.Duration | number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) : parseDuration(text);
}

function toNameFields(subject: NonNullable<LeafIssuance['subject']>): Omit<NameFields, 'commonName'> {
  const { country, stateOrProvince, locality, organization, organizationalUnit, serialNumber } = subject;
  return {
    countryName: country,
    stateOrProvinceName: stateOrProvince,
    localityName: locality,
    organizationName: organization,
    organizationalUnitName: organizationalUnit,
    serialNumber,
  };
}
