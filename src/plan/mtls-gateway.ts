import { mtlsGateway, type Resource } from '../api/kinds.ts';
import type { MtlsGatewaySpec } from '../api/mtls-gateway.ts';
import { hostsLine } from '../api/status.ts';
import type { ClientFacingTls } from '../model/gateway-state.ts';
import { toRfc2253 } from '../pki/names/rfc2253.ts';
import { Failure, permanent } from '../std/failure.ts';
import type { Steps } from '../std/steps.ts';
import {
  type Certificates,
  planCertificates,
  requireLeaf,
  secretsInUse,
  toTlsPair,
} from './certificates/certificates.ts';
import { besideKept, neededAtGateway, planRetirement } from './certificates/needed-roots.ts';
import { gatewayCertificates } from './certificates/requests.ts';
import { planUnused } from './children/unused.ts';
import { planGateway } from './gateway/gateway.ts';
import { findTooDeep } from './gateway/push-check.ts';
import type { Course, KindPlan } from './plan.ts';
import { type Proof, planEnforced } from './proof/enforced.ts';
import { revokedChecks, tlsChecks, tlsClients } from './proof/tls-checks.ts';
import { concernsRevocation, planRevoked, type Refused } from './revocation/revoked.ts';
import {
  emptySecrets,
  provenClients,
  type RevokedClient,
  revokedClients,
  withRevokedSecrets,
} from './revocation/secrets.ts';
import { otherCaOf, planRotation } from './rotation/rotation.ts';
import { planSessionEnds, withdrawnIssuers } from './rotation/sessions.ts';

/** Clients <-> gateway: certificates in Secrets, SNIs with client verification at the gateway, and the proof. */
export const mtlsGatewayPlan: KindPlan<MtlsGatewaySpec> = {
  kind: mtlsGateway,
  parts: ['CertificatesReady', 'GatewaySynced', 'Enforced'],
  proof: ['Enforced'],
  protocol: 'https',
  requests: gatewayCertificates,
  configMaps: () => [],
  follow,
};

function* follow(asked: Resource<MtlsGatewaySpec>, course: Course): Steps<void> {
  const { draft, observed } = course;
  const resource = withRevokedSecrets(asked, observed);
  const { spec } = resource;
  draft.setHosts(hostsLine(spec.hosts));
  const requests = gatewayCertificates(resource);
  const certificates = yield* draft.part('CertificatesReady', planCertificates(resource, requests, course));
  if (certificates === undefined) return;
  // A cross certificate needs no depth: whoever trusts both CAs finds the shorter path (measured).
  const intermediates = certificates.rotation === undefined ? certificates.issuer?.intermediatesPem : undefined;
  const tooDeep = findTooDeep(intermediates ?? '', spec.clientVerification.depth);
  if (tooDeep !== undefined) throw permanent(tooDeep.reason, tooDeep.message);
  const state = clientFacingTls(resource, certificates);
  const served = yield* draft.part('GatewaySynced', planGateway(state, course));
  if (served === undefined) return;
  draft.setAccepts({ hosts: [...served.hosts].sort(), issuers: issuersOf(certificates) });
  const refused = yield* followRevocation(resource, served.hosts, certificates, course);
  if (refused === undefined) return;
  const revoked = refused.isHeld ? revokedClients(requests, certificates, observed) : [];
  const prove = () => proofOf(resource, served.hosts, certificates, course, { ...refused, revoked });
  const proven = yield* draft.part('Enforced', planEnforced(observed, prove));
  if (proven === undefined) return;
  draft.setDataPlane(proven);
  draft.proveRefused(provenClients(revoked, observed));
  if (emptySecrets(resource, requests, course)) return;
  planRotation(certificates.rotation, proven, course);
  if (draft.needed === undefined) planSessionEnds(certificates.kept, course);
  if (draft.needed !== undefined) return;
  planRetirement(resource, certificates, neededAtGateway(proven, observed), course);
  if (draft.needed !== undefined) return;
  planUnused(resource, { secrets: secretsInUse(requests, certificates), configMaps: [] }, course);
}

/** Names of the CA that signs, and of another generation of it that is trusted, or will be. */
function issuersOf({ issuer, rotation }: Certificates): string[] {
  const other = rotation?.other.phase === 'retired' ? undefined : rotation?.other.held;
  const all = [issuer?.issuer, other].filter((one) => one !== undefined);
  return [...new Set(all.map(({ facts }) => toRfc2253(facts.subject.der)))].sort();
}

/** Whether the gateway refuses all that is revoked; undefined: something is needed first. */
function* followRevocation(
  resource: Resource<MtlsGatewaySpec>,
  hosts: readonly string[],
  certificates: Certificates,
  course: Course,
): Steps<Refused | undefined> {
  const sessions = { withdrawn: withdrawnIssuers(certificates), unverified: course.unverified ?? [] };
  const areThere = sessions.withdrawn.length > 0 || sessions.unverified.length > 0;
  if (!areThere && !concernsRevocation(resource)) return { isHeld: true };
  const refusing = planRevoked(resource, { hosts, certificates, sessions }, course);
  const refused = yield* course.draft.part('Revoked', refusing);
  if (refused?.isNothing) course.draft.drop('Revoked');
  return refused;
}

/** What the spec wants the gateway to hold. */
export function clientFacingTls({ spec }: Resource<MtlsGatewaySpec>, certificates: Certificates): ClientFacingTls {
  return {
    kind: 'client-facing',
    hosts: spec.hosts,
    server: toTlsPair(requireLeaf(certificates, 'server')),
    clientTrust: certificates.clientTrust,
    verification: spec.clientVerification,
  };
}

/**
 * Full handshakes at every data-plane address, for the hosts that are served: the right certificate passes, none and a
 * foreign one are refused.
 */
function proofOf(
  { spec }: Resource<MtlsGatewaySpec>,
  hosts: readonly string[],
  certificates: Certificates,
  { observed: { gateway }, now }: Course,
  { revoked, areSessionsCut = false }: Pick<Refused, 'areSessionsCut'> & { readonly revoked: readonly RevokedClient[] },
): Proof {
  if (gateway instanceof Failure) throw gateway;
  const { https: at } = gateway.dataPlane;
  if (at.length === 0)
    return { unasked: `Enforcement was not checked: no https data-plane address of ${gateway.label} is configured` };
  if (hosts.length === 0) return { unasked: 'Enforcement was not checked: every host belongs to another owner' };
  const { issuer } = certificates;
  const leaf = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const rotating = otherCaOf(certificates.rotation, now);
  const other = rotating && { ...rotating, areSessionsCut };
  const checks = [...tlsChecks(spec, hosts, at, tlsClients(issuer, other)), ...revokedChecks(spec, hosts, at, revoked)];
  const beside = besideKept(certificates, 'serverTrust')?.map(({ pem }) => pem);
  return {
    ask: { by: 'https', checks, issuer, other, besideKept: beside, leaf },
    at,
    found: foundOf(spec, hosts, issuer !== undefined),
  };
}

function foundOf(spec: MtlsGatewaySpec, hosts: readonly string[], hasIssuer: boolean) {
  if (!hasIssuer) {
    const message =
      'The gateway rejects requests without a client certificate and requests with a certificate of another CA; whether it accepts a certificate of the CA was not checked, since the operator does not have the key of the CA';
    return { status: 'Unknown', reason: 'RefusalsProven', message } as const;
  }
  // Measured with APISIX 3.18: mTLS belongs to the TLS port, and sessions resume for `ssl_session_timeout`.
  const { exemptPaths } = spec.clientVerification;
  const exempt =
    exemptPaths.length === 0 ? '' : `, except at ${[...exemptPaths].sort().join(' and ')}, where it requires none`;
  const where =
    hosts.length === spec.hosts.length
      ? ''
      : ` at ${[...hosts].sort().join(' and ')}, the only hosts that it serves for this resource`;
  const message = `The gateway accepts requests with a client certificate of the CA, and rejects requests without a client certificate and requests with a certificate of another CA${exempt}${where}; its plain HTTP port requires none, and a TLS session from before a change may resume for 10 minutes`;
  return { reason: 'Proven', message };
}
