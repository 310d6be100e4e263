import { mtlsUpstream, type Resource } from '../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../api/mtls-upstream.ts';
import type { UpstreamTls } from '../model/gateway-state.ts';
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
import { planNginx } from './nginx/nginx.ts';
import type { Course, KindPlan } from './plan.ts';
import { planEnforced } from './proof/enforced.ts';
import { planRotation } from './rotation/rotation.ts';
import { allowedThrough, proofOf } from './upstream-proof.ts';

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
  const allowed = allowedThrough(resource, served.service, course);
  const prove = () => proofOf({ spec: resource.spec, served: served.service, seen, allowed }, observed);
  const proven = yield* draft.part('Enforced', planEnforced(observed, prove));
  if (proven === undefined) return;
  draft.setDataPlane(proven);
  if (observed.outage === undefined) draft.setAllowedIssuers(authorization?.issuers ?? []);
  const nodes = resource.spec.service.upstream.nodes.map(({ host, port }) => `${host}:${port}`);
  planRotation(certificates.rotation, [...nodes, ...proven], course);
  if (draft.needed !== undefined) return;
  const reaches = proven.length > 0 && allowed?.length !== 0;
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
