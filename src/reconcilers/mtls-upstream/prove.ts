import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import type { Service } from '../../model/gateway-state.ts';
import { probeHeader, readFingerprint } from '../../nginx/fingerprint.ts';
import { addressesOf } from '../../plan/standing-proof.ts';
import { httpProbe } from '../../probe/http-probe.ts';
import { concreteHost, type HttpProbeResult } from '../../probe/probe.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { firstWrong, settle } from '../expect.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';
import type { Seen } from './nginx.ts';
import { isRefusal } from './refusal.ts';

/** What is proven less where an NGINX has not loaded what was rendered for it, or shares it with another resource. */
const untold =
  'whether this NGINX sent the answer is not known, since it does not report which configuration it has loaded';

/** One request through the gateway to NGINX. */
interface Visit {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly host: string;
}

/**
 * Requests through every plain data-plane address: the gateway reaches NGINX with its client certificate. Gives the
 * addresses.
 */
export async function proveUpstream(
  { spec, metadata }: Resource<MtlsUpstreamSpec>,
  served: Service,
  { everyNginx, answersAs }: Seen,
  run: Run,
): Promise<PartResult<readonly string[]>> {
  const { gateway, dataPlane } = run.gateways.resolve(spec.gatewayRef, metadata.namespace);
  if (!everyNginx) {
    const message = 'Enforcement was not checked: NGINX could not be reached';
    return { value: [], status: 'Unknown', reason: 'NotProbed', message };
  }
  const visits = plan(spec, served, dataPlane.http);
  if (visits.length === 0) {
    const message = `The path through ${gateway.label} was not checked: no http data-plane address is configured, or none of the served routes accepts GET`;
    return { value: [], status: 'Unknown', reason: 'NotProbed', message };
  }
  const wrong = await settle(() => firstWrong(visits, (visit) => knock(visit, answersAs, run), run), run);
  if (wrong !== undefined) throw wrong;
  const value = addressesOf(dataPlane.http);
  const passes =
    'NGINX rejects requests without a client certificate and accepts the client certificate of the gateway';
  const message = answersAs === undefined ? `${passes}; ${untold}` : passes;
  const { dialect } = await gateway.describe();
  const unenforced = dialect.unenforced('upstream');
  if (unenforced.length === 0) return { value, reason: 'Proven', message };
  const said = [message, ...unenforced].join('; ');
  return { value, status: 'Unknown', reason: 'UpstreamNotVerified', message: said };
}

function plan({ nginx }: MtlsUpstreamSpec, service: Service, endpoints: readonly Endpoint[]): readonly Visit[] {
  const routes = service.routes.filter(({ methods }) => methods.includes('GET'));
  const host = concreteHost(service.hosts[0] ?? nginx.serverName);
  const paths = routes.flatMap(({ paths }) => paths).map((path) => path.replace(/\*$/, ''));
  return endpoints.flatMap((endpoint) => paths.map((path) => ({ endpoint, path, host })));
}

async function knock(visit: Visit, answersAs: string | undefined, run: Run): Promise<Failure | undefined> {
  const { endpoint, path, host } = visit;
  const headers = { [probeHeader]: '1' };
  const result = await httpProbe({ address: endpoint, path, host, headers, deadline: run.probes.deadline }, run.signal);
  return judgeKnock(result, `GET ${path} through ${endpoint.host}:${endpoint.port}`, answersAs);
}

/**
 * What only the gateway or NGINX's own refusal says; any other answer is the application's. 502 to 504 are a gateway
 * that cannot speak to NGINX, as a rule, and this 404 one that has yet to load the route.
 */
export function judgeKnock(result: HttpProbeResult, what: string, answersAs?: string): Failure | undefined {
  if (result.kind === 'unreachable') return transient('DataPlaneUnreachable', `${what} got no answer (${result.code})`);
  const { status, body } = result;
  if (isRefusal(result)) {
    return transient(
      'NotEnforced',
      `${what} was rejected by NGINX, which does not accept the client certificate of the gateway`,
    );
  }
  if (status === 404 && body.includes('Route Not Found')) {
    return transient('RouteNotServed', `${what} matched no route at the gateway`);
  }
  if (status >= 502 && status <= 504) {
    return transient('UpstreamUnreachable', `${what} did not reach NGINX: the gateway answered with status ${status}`);
  }
  if (answersAs === undefined || readFingerprint(result)?.resource === answersAs) return undefined;
  return transient(
    'AnsweredByOther',
    `${what} was answered, but not by the NGINX of this resource: another route at the gateway matches it`,
  );
}
