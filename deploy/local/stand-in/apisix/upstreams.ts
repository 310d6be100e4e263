/** `/apisix/admin/upstreams`, and the upstream inside of a service or a route. */
import { checkPrivateKey, parseCertificates } from '../admin/pem.ts';
import { Refusal } from '../admin/refusal.ts';
import type { NodeEntry, Upstream } from './bodies.ts';
import { plain, seal } from './keyring.ts';
import type { Kind, Version } from './kind.ts';
import type { Store } from './store.ts';

/** Both forms of nodes as one. */
export function nodesOf({ nodes }: Upstream): readonly NodeEntry[] {
  if (Array.isArray(nodes)) return nodes as readonly NodeEntry[];
  return Object.entries(nodes as Readonly<Record<string, number>>).map(([address, weight]) => {
    const [host = '', port] = address.split(':');
    return port === undefined ? { host, weight } : { host, weight, port: Number(port) };
  });
}

export function checkUpstream(upstream: Upstream, { verifiesUpstreams }: Version): void {
  const { pass_host, upstream_host, tls = {} } = upstream;
  if (pass_host === 'rewrite' && upstream_host === undefined) {
    throw new Refusal(400, "`upstream_host` can't be empty when `pass_host` is `rewrite`");
  }
  if (pass_host === 'node' && nodesOf(upstream).length !== 1) {
    throw new Refusal(400, 'only support single node for `node` mode currently');
  }
  if (tls.client_cert !== undefined) parseCertificates(tls.client_cert);
  if (tls.client_key !== undefined) checkPrivateKey(plain(tls.client_key));
  if (verifiesUpstreams) for (const ca of tls.ca_certs ?? []) parseCertificates(ca);
}

/** Throws a Refusal where the client certificate is not there, or is none. */
export function checkClientCertificate({ tls }: Upstream, { ssls }: Store): void {
  const id = tls?.client_cert_id;
  if (id === undefined) return;
  const found = ssls.get(String(id));
  const failed = `failed to fetch ssl info by ssl id [${id}], `;
  if (found === undefined) throw new Refusal(400, `${failed}response code: 404`);
  if (found.body.type !== 'client') throw new Refusal(400, `${failed}wrong ssl type`);
}

export function sealUpstream(upstream: Upstream): Upstream {
  const { tls } = upstream;
  return tls?.client_key === undefined ? upstream : { ...upstream, tls: { ...tls, client_key: seal(tls.client_key) } };
}

function refuseRemoval(id: string, { routes, services }: Store): void {
  const users = [...[...routes.values()].map((user) => ({ user, kind: 'route' }))].concat(
    [...services.values()].map((user) => ({ user, kind: 'service' })),
  );
  const found = users.find(({ user }) => String(user.body.upstream_id) === id);
  if (found === undefined) return;
  throw new Refusal(400, `can not delete this upstream, ${found.kind} [${found.user.id}] is still using it now`);
}

export const upstreams: Kind<Upstream> = {
  plural: 'upstreams',
  singular: 'upstream',
  collection: (store) => store.upstreams,
  check: checkUpstream,
  checkReferences: checkClientCertificate,
  seal: sealUpstream,
  // The encrypted key of the client certificate is shown: whoever knows the keyring can read it.
  show: (upstream) => upstream,
  refuseRemoval,
};
