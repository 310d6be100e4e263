import type { Resource } from '../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import type { Service } from '../model/gateway-state.ts';
import { Failure } from '../std/failure.ts';
import { allowedChecks } from './authorization/canaries.ts';
import type { Found } from './draft.ts';
import type { Seen } from './nginx/nginx.ts';
import type { Observed } from './observed.ts';
import type { Course } from './plan.ts';
import type { Proof } from './proof/enforced.ts';
import { httpChecks } from './proof/http-checks.ts';
import type { AllowedCheck } from './steps.ts';

/** Requests that NGINX is to get, though `spec.authorization` restricts the routes; undefined: it does not. */
export function allowedThrough(
  resource: Resource<MtlsUpstreamSpec>,
  service: Service,
  { observed: { gateway, neighbours }, now }: Pick<Course, 'observed' | 'now'>,
): readonly AllowedCheck[] | undefined {
  if (resource.spec.authorization === undefined) return undefined;
  const endpoints = gateway instanceof Failure ? [] : gateway.dataPlane.https;
  return allowedChecks({ resource, service, endpoints, neighbours, now });
}

interface Asked {
  readonly spec: MtlsUpstreamSpec;
  readonly served: Service;
  readonly seen: Seen;
  readonly allowed: readonly AllowedCheck[] | undefined;
}

/**
 * Requests through every plain data-plane address: the gateway reaches NGINX with its client certificate. Where routes are
 * restricted it is to refuse these, and to let those pass that are allowed.
 */
export function proofOf({ spec, served, seen, allowed }: Asked, { gateway, reading }: Observed): Proof {
  if (gateway instanceof Failure) throw gateway;
  const { http: at } = gateway.dataPlane;
  const { everyNginx, answersAs } = seen;
  const checks = httpChecks(spec, served, at);
  const isUnasked = allowed?.length === 0 || !everyNginx;
  if (checks.length > 0 && allowed !== undefined && isUnasked)
    return { ask: { by: 'http', checks }, at, found: refusalsProven };
  if (!everyNginx) return { unasked: 'Enforcement was not checked: NGINX could not be reached' };
  if (checks.length === 0) {
    const why = 'no http data-plane address is configured, or none of the served routes accepts GET';
    return { unasked: `The path through ${gateway.label} was not checked: ${why}` };
  }
  const found = foundOf(answersAs !== undefined, allowed !== undefined, reading);
  return { ask: { by: 'http', checks, ...(allowed && { allowed }), answersAs }, at, found };
}

/** NGINX itself is asked for NginxReady. */
const refusalsProven = {
  status: 'Unknown',
  reason: 'RefusalsProven',
  message:
    'The gateway rejects requests without a client certificate, which no entry of spec.authorization allows; whether it reaches NGINX for those that are allowed was not checked, since the operator has no key of a CA, or no https address and host, by which it could send one',
} as const;

/** What is proven less where an NGINX has not loaded what was rendered for it, or shares it with another resource. */
const untold =
  'whether this NGINX sent the answer is not known, since it does not report which configuration it has loaded';

function foundOf(
  doesTell: boolean,
  isRestricted: boolean,
  reading: Observed['reading'],
): Omit<Found<undefined>, 'value'> {
  const passes =
    'NGINX rejects requests without a client certificate and accepts the client certificate of the gateway';
  const restricted =
    'the gateway rejects requests that spec.authorization does not allow, and those of an allowed client reach NGINX';
  const message = [passes, ...(isRestricted ? [restricted] : []), ...(doesTell ? [] : [untold])].join('; ');
  const unenforced = reading?.dialect.unenforced('upstream') ?? [];
  if (unenforced.length === 0) return { reason: 'Proven', message };
  return { status: 'Unknown', reason: 'UpstreamNotVerified', message: [message, ...unenforced].join('; ') };
}
