import { isIssuedBy } from '../../pki/x509/inspect.ts';
import { type HeldCertificate, isFinding, readCertificate } from '../certificates/held.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import type { Observed } from '../observed.ts';
import { type FormerLeaf, isOver } from './generations.ts';

/** Clients whose connections nobody of us sees; the gateway, the only client of an MtlsUpstream, is not one of them. */
export function clientsOf(leaves: readonly CertificateRequest[]): readonly CertificateRequest[] {
  return leaves.filter(({ role, name }) => role === 'client' && name.startsWith('client/'));
}

/** Leaves of the CA that signs now, which will be the former ones once another one signs. */
export function formerLeaves(
  { signing, leaves }: { readonly signing: HeldCertificate; readonly leaves: readonly CertificateRequest[] },
  { material }: Pick<Observed, 'material'>,
  now: Temporal.Instant,
): readonly FormerLeaf[] {
  return clientsOf(leaves).flatMap(({ name, secretName }): readonly FormerLeaf[] => {
    const held = readCertificate(material.secrets.get(secretName), false);
    if (isFinding(held) || isOver(held, now) || !isIssuedBy(held.chainPem, signing.chainPem)) return [];
    return [{ name, notAfter: held.facts.notAfter }];
  });
}
