import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import { isNodeAllowed } from '../../plan/tenants.ts';
import { permanent } from '../../std/failure.ts';
import type { Run } from '../world.ts';

/** Before anything connects there: a permanent failure names the nodes that the administrator does not allow. */
export function requireNodes({ spec, metadata: { namespace } }: Resource<MtlsUpstreamSpec>, { gateways }: Run): void {
  const policy = gateways.tenancyAt(spec.gatewayRef);
  const refused = spec.service.upstream.nodes.filter(({ host, port }) => !isNodeAllowed(policy, namespace, host, port));
  if (refused.length === 0) return;
  const places = refused.map(({ host, port }) => `${host}:${port}`).join(', ');
  const message = `spec.service.upstream.nodes: the administrator does not allow the namespace ${namespace} to use an NGINX at ${places}`;
  throw permanent('NodeNotAllowed', message);
}
