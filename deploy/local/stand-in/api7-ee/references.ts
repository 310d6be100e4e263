import type { Stored } from '../admin/collection.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Group } from './group.ts';

/** Throws a Refusal for the first id that names no object. */
export function mustExist(what: string, collection: ReadonlyMap<string, unknown>, ids: readonly string[]): void {
  for (const id of ids) {
    if (!collection.has(id))
      throw new Refusal(400, `failed to fetch ${what} info by ${what} id [${id}], response code: 404`);
  }
}

function refuseUsed<Body>(
  what: string,
  userKind: string,
  users: ReadonlyMap<string, Stored<Body>>,
  uses: (body: Body) => boolean,
): void {
  const user = [...users.values()].find(({ body }) => uses(body));
  if (user !== undefined) {
    throw new Refusal(400, `can not delete this ${what}, ${userKind} [${user.id}] is still using it now`);
  }
}

/** Throws a Refusal if an SNI shows the certificate or a service presents it. */
export function refuseUsedCertificate(id: string, { snis, services }: Group): void {
  refuseUsed('certificate', 'sni', snis, ({ certificates }) => certificates.includes(id));
  refuseUsed('certificate', 'service', services, ({ upstream }) => upstream.client_certificate === id);
}

/** Throws a Refusal if an SNI or a service trusts the CA. */
export function refuseUsedCa(id: string, { snis, services }: Group): void {
  refuseUsed('ca_certificate', 'sni', snis, ({ mtls }) => mtls?.ca_certificates.includes(id) ?? false);
  refuseUsed('ca_certificate', 'service', services, ({ upstream }) => upstream.ca_certificates?.includes(id) ?? false);
}

/** Throws a Refusal if a service presents the certificate. Whether the product refuses is not known: the stricter guess. */
export function refuseUsedSsl(id: string, { services }: Group): void {
  refuseUsed('ssl', 'service', services, ({ upstream }) => upstream.tls?.client_cert_id === id);
}
