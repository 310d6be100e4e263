/**
 * `/apisix/admin/ssls` of API7 Enterprise: a server certificate with its names and the CA of its clients, or a client
 * certificate that an upstream refers to. It is still there beside `snis` (api7/adc uses it up to 3.10). Whether the
 * product lets an object here and one there have the same name is not known: here both are taken, and the SNI is served.
 */
import { checkPrivateKey, hostsOf, parseCertificates, validityOf } from '../admin/pem.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Pair } from '../data-plane/state.ts';
import type { Ssl } from './bodies.ts';
import type { Group } from './group.ts';
import type { ObjectKind } from './object-kind.ts';
import { refuseUsedSsl } from './references.ts';

/** All pairs of an object, in its order. Throws a Refusal where certificates and keys differ in number. */
export function pairsOf({ cert, key, certs = [], keys = [] }: Ssl): readonly Pair[] {
  if (certs.length !== keys.length) throw new Refusal(400, 'mismatched number of certs and keys');
  const first = cert === undefined || key === undefined ? [] : [{ cert, key }];
  return [...first, ...certs.map((text, at) => ({ cert: text, key: keys[at] ?? '' }))];
}

/** By the certificate alone: an answer has its keys taken off. */
const leafOf = ({ cert, certs = [] }: Pick<Ssl, 'cert' | 'certs'>) => parseCertificates(cert ?? certs[0] ?? '')[0];

/** The names that are served: those of the body, else those of the certificate. */
export const namesOf = (ssl: Ssl): readonly string[] =>
  ssl.type === 'client' ? [] : (ssl.snis ?? hostsOf(leafOf(ssl)));

function refuseTakenNames(ssl: Ssl, id: string, { ssls }: Group): void {
  const wanted = new Set(namesOf(ssl).map((name) => name.toLowerCase()));
  const taken = [...ssls.values()].some(
    (other) => other.id !== id && namesOf(other.body).some((name) => wanted.has(name.toLowerCase())),
  );
  if (taken) throw new Refusal(400, 'SNI already exists');
}

/** Since 3.8 a list shows those of type `server`, unless it is asked for another type. */
export const sslsThatList = (usual: 'all' | 'server'): ObjectKind<Ssl> => ({
  path: 'ssls',
  schema: 'ssl',
  patchable: false,
  collection: (group) => group.ssls,
  listed: {
    optional: ['type'],
    fits: ({ type }, query) => type === (query['type'] ?? (usual === 'all' ? type : usual)),
  },
  check: (ssl, id, group) => {
    for (const { cert, key } of pairsOf(ssl)) {
      parseCertificates(cert);
      checkPrivateKey(key);
    }
    if (ssl.client !== undefined) parseCertificates(ssl.client.ca);
    refuseTakenNames(ssl, id, group);
  },
  complete: (ssl) => (ssl.type === 'client' ? ssl : { ...ssl, snis: namesOf(ssl) }),
  show: ({ key: _, keys: __, ...shown }) => ({ ...shown, ...validityOf(leafOf(shown)) }),
  remove: (id, group) => {
    refuseUsedSsl(id, group);
    group.ssls.delete(id);
  },
});
