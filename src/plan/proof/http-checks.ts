import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import type { Service } from '../../model/gateway-state.ts';
import type { HttpProbeResult } from '../../model/probe-result.ts';
import { readFingerprint } from '../../nginx/fingerprint.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { concreteHost } from '../gateway/hosts.ts';
import { isRefusal } from '../nginx/refusal.ts';

/** One request through the gateway to NGINX. */
export interface HttpCheck {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly host: string;
}

/** A request for every path that takes GET, at every address. */
export function httpChecks(
  { nginx }: MtlsUpstreamSpec,
  service: Service,
  endpoints: readonly Endpoint[],
): readonly HttpCheck[] {
  const routes = service.routes.filter(({ methods }) => methods.includes('GET'));
  const host = concreteHost(service.hosts[0] ?? nginx.serverName);
  const paths = routes.flatMap(({ paths }) => paths).map((path) => path.replace(/\*$/, ''));
  return endpoints.flatMap((endpoint) => paths.map((path) => ({ endpoint, path, host })));
}

/**
 * What only the gateway or NGINX's own refusal says; any other answer is the application's. 502 to 504 are a gateway
 * that cannot speak to NGINX, as a rule, and this 404 one that has yet to load the route.
 */
export function judgeHttpCheck(result: HttpProbeResult, what: string, answersAs?: string): Failure | undefined {
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
