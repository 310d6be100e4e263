import type {
  ClientFacingTls,
  ClientVerification,
  GatewayState,
  Owner,
  UpstreamTls,
} from '../../model/gateway-state.ts';
import type { DesiredObject, JsonObject } from '../../model/remote-object.ts';
import { allowPlugins } from '../allow-list.ts';
import { bundle, byName, clientRole, digest, ownObject } from '../own-object.ts';

/**
 * Apache APISIX. Facts marked "measured" are of 3.18. The order of the kinds is the order of creation; each refers only
 * to earlier ones. The upstream stands inside of its service: it has no other user, and so a new client certificate is
 * switched to by one request, and no upstream is ever left over that a gateway refuses to delete.
 */
export const kinds = ['ssls', 'services', 'routes'] as const;

/** What the version can do beyond what all can. */
export interface Abilities {
  /** Verifies the certificate of an https upstream. Up to 3.18 none does, whatever `tls.verify` says (measured). */
  readonly verifiesUpstream: boolean;
}

/** Compiles the neutral model to objects, in the order of `kinds`. */
export function compile(state: GatewayState, owner: Owner, abilities: Abilities): readonly DesiredObject[] {
  return state.kind === 'client-facing' ? [serverSsl(state, owner)] : upstream(state, owner, abilities);
}

/**
 * One object for all hosts: an SNI in a second one is shadowed now and may win after a reload (measured). Whole in each
 * request: without `client` mTLS would be off, and between two requests for certificate and key the hosts would be
 * refused (measured). An SNI is matched in lower case.
 */
function serverSsl({ hosts, server, clientTrust, verification }: ClientFacingTls, owner: Owner): DesiredObject {
  const snis = hosts.map((host) => host.toLowerCase()).sort();
  const content = {
    type: 'server',
    status: 1,
    snis,
    cert: server.chainPem,
    key: server.keyPem,
    client: { ca: bundle(clientTrust), depth: verification?.depth ?? defaultDepth, ...exemption(verification) },
  };
  const isOpen = verification !== undefined && verification.exemptPaths.length > 0;
  // One more entry in `client` may be a path that is exempt from mTLS.
  const object = { ...ownObject(owner, 'ssls', 'server', content), claims: snis, exact: ['snis', 'client'] };
  return isOpen ? { ...object, isOpen } : object;
}

/** Measured: of a client's own certificate and one intermediate. */
const defaultDepth = 1;

/**
 * Measured: the patterns are not anchored, a broken one is stored all the same and an empty one exempts everything. So
 * users write paths, and what is sent is anchored and has nothing in it that a pattern could take for more.
 */
function exemption(verification: ClientVerification | undefined): JsonObject {
  const { exemptPaths = [] } = verification ?? {};
  return exemptPaths.length === 0 ? {} : { skip_mtls_uri_regex: [...exemptPaths].sort().map(exemptPattern) };
}

/** `$` alone would also match before a line end, which a path has as `%0A`. */
const wholeEnd = '$(?!\\n)';

function exemptPattern(path: string): string {
  const literal = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return path.endsWith('*') ? `^${literal(path.slice(0, -1))}` : `^${literal(path)}${wholeEnd}`;
}

function upstream(state: UpstreamTls, owner: Owner, abilities: Abilities): readonly DesiredObject[] {
  const { chainPem, keyPem } = state.client;
  const pair = { cert: chainPem, key: keyPem };
  const client = ownObject(owner, 'ssls', clientRole(state.client), { type: 'client', status: 1, ...pair });
  const service = serviceObject(state, client, owner, abilities);
  return [client, service, ...routes(state, service, owner)];
}

function serviceObject(
  { service, serverName, serverTrust }: UpstreamTls,
  client: DesiredObject,
  owner: Owner,
  { verifiesUpstream }: Abilities,
): DesiredObject {
  // A field of `tls` that a version does not know is taken and does nothing (measured): never sent where it would.
  const verification = verifiesUpstream ? { verify: true, ca_certs: serverTrust.map(({ pem }) => pem) } : {};
  return ownObject(owner, 'services', 'service', {
    name: service.name,
    upstream: {
      scheme: 'https',
      type: 'roundrobin',
      nodes: service.nodes.map(({ host, port, weight }) => ({ host, port, weight, priority: 0 })),
      retries: service.retries,
      // Without these the gateway would send the client's Host as SNI.
      pass_host: 'rewrite',
      upstream_host: serverName,
      tls: { client_cert_id: client.id, ...verification },
    },
  });
}

/** Hosts stand on the routes: one without them is reached through any SNI, with a client certificate or not (measured). */
function routes({ service }: UpstreamTls, parent: DesiredObject, owner: Owner): readonly DesiredObject[] {
  const hosts = service.hosts.map((host) => host.toLowerCase()).sort();
  return [...service.routes].sort(byName).map((route) => {
    const { name, methods, paths } = route;
    const requests = { methods: [...methods].sort(), hosts, paths: [...paths].sort() };
    const content = {
      name,
      service_id: parent.id,
      ...(hosts.length === 0 ? {} : { hosts }),
      methods: requests.methods,
      uris: requests.paths,
      status: 1,
      ...allowPlugins(route, hosts),
    };
    return { ...ownObject(owner, 'routes', `route-${digest(name)}`, content), requests };
  });
}
