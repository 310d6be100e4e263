import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import { httpProbe } from '../../probe/http-probe.ts';
import type { HttpProbeResult } from '../../probe/probe.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { firstWrong, probeDeadline, settle } from '../expect.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';

/** One request through the gateway to NGINX. */
interface Visit {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly host: string;
}

/** Requests through every plain data-plane address: the gateway reaches NGINX with its client certificate. */
export async function proveUpstream(
  { spec, metadata }: Resource<MtlsUpstreamSpec>,
  run: Run,
): Promise<PartResult<void>> {
  const { gateway, dataPlane } = run.gateways.resolve(spec.gatewayRef, metadata.namespace);
  const visits = plan(spec, dataPlane.http);
  if (visits.length === 0) {
    const message = `The way through ${gateway.label} was not looked at: it has no http data-plane address configured, or no route takes GET`;
    return { value: undefined, status: 'Unknown', reason: 'NotProbed', message };
  }
  const wrong = await settle(() => firstWrong(visits, (visit) => knock(visit, run)), run);
  if (wrong !== undefined) throw wrong;
  const message = 'NGINX refuses requests without a client certificate, and the gateway passes with its own';
  return { value: undefined, reason: 'Proven', message };
}

function plan({ service, nginx }: MtlsUpstreamSpec, endpoints: readonly Endpoint[]): readonly Visit[] {
  const routes = service.routes.filter(({ methods }) => methods.includes('GET'));
  const host = (service.hosts[0] ?? nginx.serverName).replace(/^\*/, 'mtls-operator-probe');
  const paths = routes.flatMap(({ paths }) => paths).map((path) => path.replace(/\*$/, ''));
  return endpoints.flatMap((endpoint) => paths.map((path) => ({ endpoint, path, host })));
}

async function knock(visit: Visit, run: Run): Promise<Failure | undefined> {
  const { endpoint, path, host } = visit;
  const result = await httpProbe({ address: endpoint, path, host, deadline: probeDeadline }, run.signal);
  return judge(result, `GET ${path} through ${endpoint.host}:${endpoint.port}`);
}

/** NGINX's own 400 is the refusal of a certificate; 502 to 504 are the gateway's when it cannot speak to NGINX. */
function judge(result: HttpProbeResult, what: string): Failure | undefined {
  if (result.kind === 'unreachable') return transient('DataPlaneUnreachable', `${what} had no answer (${result.code})`);
  if (result.status === 400)
    return transient('NotEnforced', `${what} was refused by NGINX: the gateway shows no certificate that it accepts`);
  if (result.status >= 502 && result.status <= 504)
    return transient('UpstreamUnreachable', `${what} ended at the gateway with status ${result.status}`);
  return undefined;
}
