import type { ClientFacingTls, GatewayState, Owner, UpstreamTls } from '../../model/gateway-state.ts';
import type { DesiredObject } from '../../model/remote-object.ts';
import { bundle, clientRole, nameFor, ownObject } from '../own-object.ts';
import { routes, serviceContent } from './references.ts';

/** API7 Enterprise before 3.6: one object holds a certificate with its key, its SNIs and the CAs of clients. */
export const kinds = ['ssls', 'services', 'routes'] as const;

/** Compiles the neutral model to objects, in the order of `kinds`. */
export function compile(state: GatewayState, owner: Owner): readonly DesiredObject[] {
  return state.kind === 'client-facing' ? [serverSsl(state, owner)] : upstream(state, owner);
}

/** All hosts in one object, so that certificate, key and client trust change in one request, never in two. */
function serverSsl({ hosts, server, clientTrust, verification }: ClientFacingTls, owner: Owner): DesiredObject {
  const snis = hosts.map((host) => host.toLowerCase()).sort();
  const content = {
    name: nameFor(owner, 'server'),
    type: 'server',
    status: 1,
    snis,
    cert: server.chainPem,
    key: server.keyPem,
    client: { ca: bundle(clientTrust), depth: verification?.depth ?? 1 },
  };
  return { ...ownObject(owner, 'ssls', 'server', content), claims: snis, exact: ['snis', 'client'] };
}

function upstream(state: UpstreamTls, owner: Owner): readonly DesiredObject[] {
  const { chainPem, keyPem } = state.client;
  const role = clientRole(state.client);
  const pair = { cert: chainPem, key: keyPem };
  const client = ownObject(owner, 'ssls', role, { name: nameFor(owner, role), type: 'client', status: 1, ...pair });
  const content = serviceContent(state.service, state.serverName, { tls: { client_cert_id: client.id } });
  const service = ownObject(owner, 'services', 'service', { name: state.service.name, ...content });
  return [client, service, ...routes(state, service, owner)];
}
