import { mtlsUpstream, type Resource } from '../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import type { Service, UpstreamTls } from '../model/gateway-state.ts';
import { Failure } from '../std/failure.ts';
import type { Steps } from '../std/steps.ts';
import { type Authorization, authorizationOf } from './authorization/allow.ts';
import { judgeAuthorization, restricted } from './authorization/authorized.ts';
import {
  type Certificates,
  planCertificates,
  requireLeaf,
  secretsInUse,
  toTlsPair,
} from './certificates/certificates.ts';
import { neededAtUpstream, planRetirement } from './certificates/needed-roots.ts';
import { upstreamCertificates } from './certificates/requests.ts';
import { nginxConfigMapName } from './children/secret.ts';
import { planUnused } from './children/unused.ts';
import { planGateway } from './gateway/gateway.ts';
import { planUnusedWorkload } from './nginx/managed.ts';
import { planNginx, type Seen } from './nginx/nginx.ts';
import type { Observed } from './observed.ts';
import type { Course, KindPlan } from './plan.ts';
import { type Proof, planEnforced } from './proof/enforced.ts';
import { httpChecks } from './proof/http-checks.ts';
import { planRotation } from './rotation/rotation.ts';

/** Gateway <-> NGINX: certificates in Secrets, NGINX's configuration, the gateway's service, and the proof. */
export const mtlsUpstreamPlan: KindPlan<MtlsUpstreamSpec> = {
  kind: mtlsUpstream,
  parts: ['CertificatesReady', 'NginxReady', 'GatewaySynced', 'Enforced'],
  proof: ['NginxReady', 'Enforced'],
  protocol: 'http',
  requests: upstreamCertificates,
  configMaps: (resource) => [nginxConfigMapName(resource)],
  follow,
};

function* follow(resource: Resource<MtlsUpstreamSpec>, course: Course): Steps<void> {
  const { draft, observed } = course;
  const requests = upstreamCertificates(resource);
  const certificates = yield* draft.part('CertificatesReady', planCertificates(resource, requests, course));
  if (certificates === undefined) return;
  // NGINX before the gateway: a client certificate is shown only once every NGINX is seen to serve what belongs to it.
  const seen = yield* draft.part('NginxReady', planNginx(resource, certificates, course));
  if (seen === undefined) return;
  const authorization = authorizationOf(resource, observed.neighbours);
  const state = upstreamTls(resource, certificates, authorization);
  const served = yield* draft.part('GatewaySynced', planGateway(state, course));
  if (served === undefined) return;
  if (authorization !== undefined && observed.outage?.admin === undefined)
    draft.conclude('Authorized', judgeAuthorization(authorization));
  const prove = () => proofOf(resource, served.service, seen, observed);
  const proven = yield* draft.part('Enforced', planEnforced(observed, prove));
  if (proven === undefined) return;
  draft.setDataPlane(proven);
  if (observed.outage === undefined) draft.setAllowedIssuers(authorization?.issuers ?? []);
  const nodes = resource.spec.service.upstream.nodes.map(({ host, port }) => `${host}:${port}`);
  planRotation(certificates.rotation, [...nodes, ...proven], course);
  if (draft.needed !== undefined) return;
  const reaches = proven.length > 0 && authorization === undefined;
  planRetirement(resource, certificates, neededAtUpstream(certificates, reaches, course), course);
  if (draft.needed !== undefined) return;
  const secrets = secretsInUse(requests, certificates);
  planUnused(resource, { secrets, configMaps: [nginxConfigMapName(resource)] }, course);
  planUnusedWorkload(resource, course);
}

/** What the spec wants the gateway to hold. */
export function upstreamTls(
  { spec }: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  authorization?: Authorization,
): UpstreamTls {
  const { name, hosts, routes, upstream } = spec.service;
  return {
    kind: 'upstream',
    client: toTlsPair(requireLeaf(certificates, 'client')),
    serverTrust: certificates.serverTrust,
    serverName: spec.nginx.serverName,
    service: {
      name,
      hosts,
      routes: restricted(routes, authorization),
      nodes: upstream.nodes,
      retries: upstream.retries,
    },
  };
}

/** NGINX itself is asked for NginxReady. */
const refusalsProven = {
  status: 'Unknown',
  reason: 'RefusalsProven',
  message:
    'The gateway rejects requests without a client certificate, which no entry of spec.authorization allows; whether it reaches NGINX for those that are allowed was not checked, since it would refuse the request of the operator',
} as const;

/** What is proven less where an NGINX has not loaded what was rendered for it, or shares it with another resource. */
const untold =
  'whether this NGINX sent the answer is not known, since it does not report which configuration it has loaded';

/** Requests through every plain data-plane address: the gateway reaches NGINX with its client certificate. */
function proofOf(
  { spec }: Resource<MtlsUpstreamSpec>,
  served: Service,
  { everyNginx, answersAs }: Seen,
  { gateway, reading }: Observed,
): Proof {
  if (gateway instanceof Failure) throw gateway;
  const { http: at } = gateway.dataPlane;
  const checks = httpChecks(spec, served, at);
  if (checks.length > 0 && spec.authorization !== undefined)
    return { ask: { by: 'http', checks }, at, found: refusalsProven };
  if (!everyNginx) return { unasked: 'Enforcement was not checked: NGINX could not be reached' };
  if (checks.length === 0) {
    const why = 'no http data-plane address is configured, or none of the served routes accepts GET';
    return { unasked: `The path through ${gateway.label} was not checked: ${why}` };
  }
  const passes =
    'NGINX rejects requests without a client certificate and accepts the client certificate of the gateway';
  const message = answersAs === undefined ? `${passes}; ${untold}` : passes;
  const unenforced = reading?.dialect.unenforced('upstream') ?? [];
  const found =
    unenforced.length === 0
      ? { reason: 'Proven', message }
      : ({ status: 'Unknown', reason: 'UpstreamNotVerified', message: [message, ...unenforced].join('; ') } as const);
  return { ask: { by: 'http', checks, answersAs }, at, found };
}
