import type { ClientFacingTls, GatewayState, Owner, TrustAnchor, UpstreamTls } from '../../model/gateway-state.ts';
import type { DesiredObject, JsonObject } from '../../model/remote-object.ts';
import { allowPlugins } from '../allow-list.ts';
import { byName, clientRole, digest, nameFor, ownObject } from '../own-object.ts';

/**
 * API7 Enterprise >= 3.6: certificates and CA certificates are objects of their own, SNIs and upstreams refer to them.
 * The order of the kinds is the order of creation; each refers only to earlier ones.
 */
export const kinds = ['ca_certificates', 'certificates', 'snis', 'services', 'routes'] as const;
type Kind = (typeof kinds)[number];

/** Compiles the neutral model to objects, in the order of `kinds`. */
export function compile(state: GatewayState, owner: Owner): readonly DesiredObject[] {
  return state.kind === 'client-facing' ? clientFacing(state, owner) : upstream(state, owner);
}

function clientFacing(state: ClientFacingTls, owner: Owner): readonly DesiredObject[] {
  const authorities = state.clientTrust.map((anchor) => caCertificate(anchor, owner));
  // One id for ever: a new leaf replaces the old one in the same request, so the host is never without.
  const server = object(owner, 'certificates', 'server', { cert: state.server.chainPem, key: state.server.keyPem });
  const snis = [...state.hosts].sort().map((host) => sni(host, server, authorities, owner));
  return [...authorities, server, ...snis];
}

function upstream(state: UpstreamTls, owner: Owner): readonly DesiredObject[] {
  const authorities = state.serverTrust.map((anchor) => caCertificate(anchor, owner));
  const { chainPem, keyPem } = state.client;
  const client = object(owner, 'certificates', clientRole(state.client), { cert: chainPem, key: keyPem });
  const service = serviceObject(state, client, authorities, owner);
  return [...authorities, client, service, ...routes(state, service, owner)];
}

/** A trust anchor is its certificate: another CA is another object, which can stand beside the first one. */
function caCertificate(anchor: TrustAnchor, owner: Owner): DesiredObject {
  return object(owner, 'ca_certificates', `ca-${anchor.sha256Fingerprint.slice(0, 16)}`, { cert: anchor.pem });
}

function sni(host: string, server: DesiredObject, authorities: readonly DesiredObject[], owner: Owner): DesiredObject {
  const body = {
    domain: host,
    certificates: [server.id],
    mtls: { enabled: true, ca_certificates: authorities.map(({ id }) => id) },
  };
  return { ...object(owner, 'snis', `sni-${digest(host)}`, body), claims: [host] };
}

function serviceObject(
  { service, serverName }: UpstreamTls,
  client: DesiredObject,
  authorities: readonly DesiredObject[],
  owner: Owner,
): DesiredObject {
  const tls = {
    client_certificate: client.id,
    ca_certificates: authorities.map(({ id }) => id),
    tls_verify: true,
  };
  return object(owner, 'services', 'service', serviceContent(service, serverName, tls), service.name);
}

/** What every version of API7 Enterprise takes for a service; `tls` is how the upstream names its certificates. */
export function serviceContent(service: UpstreamTls['service'], serverName: string, tls: JsonObject): JsonObject {
  return {
    type: 'http',
    ...(service.hosts.length === 0 ? {} : { hosts: [...service.hosts].sort() }),
    upstream: {
      name: 'default',
      scheme: 'https',
      type: 'roundrobin',
      nodes: service.nodes.map(({ host, port, weight }) => ({ host, port, weight, priority: 0 })),
      retries: service.retries,
      // Without these the gateway would send the client's Host as SNI and check the certificate against that.
      pass_host: 'rewrite',
      upstream_host: serverName,
      ...tls,
    },
  };
}

export function routes({ service }: UpstreamTls, parent: DesiredObject, owner: Owner): readonly DesiredObject[] {
  return [...service.routes].sort(byName).map((route) => {
    const { name, methods, paths } = route;
    const takes = { methods: [...methods].sort(), paths: [...paths].sort() };
    const body = { service_id: parent.id, ...takes, ...allowPlugins(route, service.hosts) };
    const requests = { ...takes, hosts: [...service.hosts].sort() };
    return { ...object(owner, 'routes', `route-${digest(name)}`, body, name), requests };
  });
}

function object(owner: Owner, kind: Kind, role: string, fields: JsonObject, name?: string): DesiredObject {
  return ownObject(owner, kind, role, { name: name ?? nameFor(owner, role), ...fields });
}
