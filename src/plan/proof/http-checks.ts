import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import { notAllowedText } from '../../model/allowance.ts';
import { denialText } from '../../model/denial.ts';
import type { Service } from '../../model/gateway-state.ts';
import type { HttpProbeResult, ProbeResult } from '../../model/probe-result.ts';
import { readFingerprint } from '../../nginx/fingerprint.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { concreteHost } from '../gateway/hosts.ts';
import { isRefusal } from '../nginx/refusal.ts';

/** One request through the gateway to NGINX. */
export interface HttpCheck {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly host: string;
  /** With which text the gateway is to refuse it: without a client certificate `spec.authorization` allows nothing. */
  readonly refusal?: string;
}

/** A request for every path that takes GET, at every address. */
export function httpChecks(
  { nginx }: MtlsUpstreamSpec,
  service: Service,
  endpoints: readonly Endpoint[],
): readonly HttpCheck[] {
  const routes = service.routes.filter(({ methods }) => methods.includes('GET'));
  const host = concreteHost(service.hosts[0] ?? nginx.serverName);
  const asked = routes.flatMap(({ paths, allow }) =>
    paths.map((path) => ({
      path: path.replace(/\*$/, ''),
      host,
      ...(allow !== undefined && { refusal: notAllowedText(allow) }),
    })),
  );
  return endpoints.flatMap((endpoint) => asked.map((one) => ({ endpoint, ...one })));
}

/** Of a request that the gateway is to refuse by itself, with the list that it has now. */
export function judgeRefusal(result: HttpProbeResult, what: string, refusal: string): Failure | undefined {
  const unserved = findUnserved(result, what);
  if (unserved !== undefined) return unserved;
  if (result.kind === 'answered' && result.status === 403 && result.body === refusal) return undefined;
  return transient(
    'RequestNotRefused',
    `${what} was not refused by the gateway as spec.authorization has it now, which allows no request without a client certificate`,
  );
}

/** Of a request that the gateway is to let through to NGINX, with a client certificate made for it. */
export function judgeAllowed(
  result: ProbeResult,
  what: string,
  refusal: string,
  answersAs?: string,
): Failure | undefined {
  if (result.kind === 'unreachable') return findUnserved(result, what);
  const isRefused = result.kind === 'answered' && result.status === 403 && isOurs(result.body, refusal);
  if (result.kind === 'answered' && !isRefused) return judgeHttpCheck(result, what, answersAs);
  return transient(
    'AllowedRejected',
    `${what} was rejected by the gateway, although spec.authorization allows it for the client whose names were shown`,
  );
}

/** By the list of the route, or by the rule for what is revoked. */
function isOurs(body: string, refusal: string): boolean {
  return body === refusal || body === denialText;
}

function findUnserved(result: HttpProbeResult, what: string): Failure | undefined {
  if (result.kind === 'unreachable') return transient('DataPlaneUnreachable', `${what} got no answer (${result.code})`);
  if (result.status !== 404 || !result.body.includes('Route Not Found')) return undefined;
  return transient('RouteNotServed', `${what} matched no route at the gateway`);
}

/**
 * What only the gateway or NGINX's own refusal says; any other answer is the application's. 502 to 504 are a gateway
 * that cannot speak to NGINX, as a rule, and this 404 one that has yet to load the route.
 */
export function judgeHttpCheck(result: HttpProbeResult, what: string, answersAs?: string): Failure | undefined {
  if (result.kind === 'unreachable') return findUnserved(result, what);
  const { status } = result;
  if (isRefusal(result)) {
    return transient(
      'NotEnforced',
      `${what} was rejected by NGINX, which does not accept the client certificate of the gateway`,
    );
  }
  const unserved = findUnserved(result, what);
  if (unserved !== undefined) return unserved;
  if (status >= 502 && status <= 504) {
    return transient('UpstreamUnreachable', `${what} did not reach NGINX: the gateway answered with status ${status}`);
  }
  if (answersAs === undefined || readFingerprint(result)?.resource === answersAs) return undefined;
  return transient(
    'AnsweredByOther',
    `${what} was answered, but not by the NGINX of this resource: another route at the gateway matches it`,
  );
}
