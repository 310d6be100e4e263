import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { UpstreamNode } from '../../model/gateway-state.ts';
import { build } from '../../nginx/build.ts';
import type { Fingerprint } from '../../nginx/fingerprint.ts';
import { printRelease } from '../../nginx/release.ts';
import { render } from '../../nginx/render.ts';
import { countCertificates } from '../../pki/x509/pem.ts';
import { sha256Hex } from '../../std/digest.ts';
import { type Failure, permanent } from '../../std/failure.ts';
import type { Steps } from '../../std/steps.ts';
import { type Certificates, requireLeaf, toTlsPair } from '../certificates/certificates.ts';
import { besideKept } from '../certificates/needed-roots.ts';
import { writeOf } from '../children/child.ts';
import { nginxConfigMap } from '../children/secret.ts';
import { type Found, isNeeded, type Needed, type PartPlan } from '../draft.ts';
import { isNodeAllowed } from '../gateway/tenants.ts';
import type { Addresses, Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import { asProven } from '../proof/enforced.ts';
import { otherCaOf } from '../rotation/rotation.ts';
import { kindOfHost, refusalOf } from './addresses.ts';
import { type NginxLook, worstOf } from './judge.ts';
import { planManaged } from './managed.ts';

/** Whether every NGINX was looked at, so that the rest can be proven. */
export interface Seen {
  readonly everyNginx: boolean;
  /** As which resource every NGINX answers who asks through the gateway; undefined where one of them does not tell. */
  readonly answersAs?: string;
}

/** The server block of NGINX in its ConfigMap, and what every NGINX serves, and whom it lets in. */
export function* planNginx(
  resource: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  { observed, now }: Course,
): Steps<PartPlan<Seen>> {
  const { failed, nginx } = observed;
  requireNodes(resource, observed);
  const unknown = requireAddresses(resource, observed);
  if (unknown !== undefined) return unknown;
  const { desired, fingerprint } = nginxConfigOf(resource, certificates);
  const write = writeOf(desired, observed.material, resource);
  const failure = failed.get(part);
  if (failure !== undefined) throw failure;
  if (write !== undefined) return { steps: [{ part, ...write }] };
  const managed = planManaged(resource, observed);
  if (managed !== undefined && isNeeded(managed)) return managed;
  const proven = asProven(observed, 'NginxReady', (): Seen => ({ everyNginx: true }));
  if (proven !== undefined && managed === undefined) return proven;
  const { issuer, revocation } = certificates;
  if (nginx !== undefined) return withPending(found(nginx, fingerprint, revocation !== undefined), managed);
  const { spec } = resource;
  const question = {
    nodes: spec.service.upstream.nodes,
    serverName: spec.nginx.serverName,
    guardedPath: guardedPath(spec.nginx),
    trust: certificates.serverTrust.map(({ pem }) => pem),
    client: toTlsPair(requireLeaf(certificates, 'client')),
    other: otherCaOf(certificates.rotation, now),
    besideKept: besideKept(certificates, 'serverTrust')?.map(({ pem }) => pem),
    leaf: requireLeaf(certificates, 'server').facts.sha256Fingerprint,
    config: fingerprint,
    ...(issuer && revocation && { revoked: { issuer, serial: revocation.canarySerial } }),
  };
  return { looks: [{ part, at: 'nginx', ...question }] };
}

const part = 'nginx';

/** Before anything connects there: a permanent failure names the nodes that the administrator does not allow. */
function requireNodes(resource: Resource<MtlsUpstreamSpec>, { neighbours }: Observed): void {
  const { namespace } = resource.metadata;
  const policy = neighbours.policyOf(resource);
  const { nodes } = resource.spec.service.upstream;
  const refused = nodes.filter(({ host, port }) => !isNodeAllowed(policy, namespace, host, port));
  if (refused.length === 0) return;
  const places = refused.map(({ host, port }) => `${host}:${port}`).join(', ');
  const message = `spec.service.upstream.nodes: the administrator does not allow the namespace ${namespace} to use an NGINX at ${places}`;
  throw permanent('NodeNotAllowed', message);
}

/**
 * Before anything connects to a node, and before the gateway is told of it: a permanent failure where one is at an address
 * that is refused. Names are looked up, and again when they are connected to; those of a proof that stands were.
 */
function requireAddresses({ spec }: Resource<MtlsUpstreamSpec>, observed: Observed): Needed | undefined {
  const { addresses, standing, failed } = observed;
  const nodes = spec.service.upstream.nodes.filter(({ host }) => standing === undefined || kindOfHost(host) !== 'name');
  if (nodes.length === 0) return undefined;
  const failure = failed.get('addresses');
  if (failure !== undefined) throw failure;
  const hosts = [...new Set(nodes.map(({ host }) => host))].filter(
    (host) => kindOfHost(host) !== 'ambiguous' && addresses?.of.has(host) !== true,
  );
  if (hosts.length > 0 || addresses === undefined) return { looks: [{ part: 'addresses', at: 'addresses', hosts }] };
  const refusals = [...new Set(nodes.flatMap((node) => objectionTo(node, addresses) ?? []))];
  if (refusals.length === 0) return undefined;
  throw permanent('AddressNotAllowed', `spec.service.upstream.nodes: ${refusals.slice(0, 3).join('; ')}`);
}

function objectionTo({ host, port }: UpstreamNode, { rules, known, of }: Addresses): string | undefined {
  const kind = kindOfHost(host);
  if (kind === 'ambiguous')
    return `${host} can be read as different addresses: write four decimal numbers, like 10.0.0.7`;
  const [refusal] = (of.get(host) ?? []).flatMap((address) => refusalOf(rules, known, address, port) ?? []);
  if (refusal === undefined) return undefined;
  return kind === 'name' ? `${host}:${port} has an address that ${refusal}` : `${host}:${port} ${refusal}`;
}

/**
 * A value outside the grammar is named, never printed. The ConfigMap names the certificates that belong to it, which the
 * Secret of NGINX holds by now: no agent takes up one without the other.
 */
export function nginxConfigOf(resource: Resource<MtlsUpstreamSpec>, certificates: Certificates) {
  const verifyDepth = countCertificates(requireLeaf(certificates, 'client').chainPem) - 1;
  const { uid, namespace } = resource.metadata;
  const { revocation } = certificates;
  const revoked = revocation && sha256Hex(revocation.crlPem);
  const built = build(resource.spec.nginx, { verifyDepth, uid, namespace, revoked });
  if (!built.ok) throw permanent('InvalidSpec', built.findings.map(({ message }) => message).join('; '));
  const { statements, fingerprint, nginx } = built.value;
  const leaf = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const trust = sha256Hex(certificates.clientTrust.map(({ pem }) => pem).join(''));
  const { deployment, configMapName, ...fields } = nginx;
  const listed = revoked === undefined ? ({ format: 1 } as const) : ({ format: 2, revoked } as const);
  const release = printRelease({ ...listed, nginx: fields, verifyDepth, namespace, fingerprint, leaf, trust });
  return { desired: nginxConfigMap(resource, render(statements), release), fingerprint };
}

/** Where NGINX rejects a request without a client certificate. */
function guardedPath({ clientVerification, locations }: MtlsUpstreamSpec['nginx']): string {
  if (clientVerification?.mode !== 'Optional') return '/';
  // The schema wants one.
  return locations.find(({ requireClientCertificate }) => requireClientCertificate)?.path ?? '/';
}

/** What the looks at all NGINX come to; throws where the gateway must not be pointed at one. */
function found(looks: readonly NginxLook[], config: Fingerprint, hasList: boolean): Found<Seen> {
  const worst = worstOf(looks.flatMap(({ finding }) => finding ?? []));
  const seen = { everyNginx: true, ...(doTell(looks) && { answersAs: config.resource }) };
  if (worst === undefined) return { value: seen, reason: 'Serving', message: servingMessage(looks, hasList) };
  const { weight, failure } = worst;
  const { reason, message } = failure;
  switch (weight) {
    case 'stops':
      throw failure;
    case 'fails':
      return { value: { everyNginx: false }, status: 'False', reason, message, failure };
    case 'lags':
      return { value: { everyNginx: true }, status: 'False', reason, message, pending: failure };
    case 'waits':
      return { value: seen, reason, message, pending: failure };
  }
}

/** What is wrong with what answers counts more than what is yet to come. */
function withPending(part: Found<Seen>, pending: Failure | undefined): Found<Seen> {
  if (pending === undefined || part.status === 'False') return part;
  return { ...part, reason: pending.reason, message: pending.message, pending };
}

/** Whether every NGINX has the present configuration: an earlier one does not tell whoever asks through the gateway. */
function doTell(looks: readonly NginxLook[]): boolean {
  return looks.every(({ unjudged, finding }) => unjudged === undefined && finding?.weight !== 'lags');
}

/** What could not be judged is named: the first is enough to know where to look. */
function servingMessage(looks: readonly NginxLook[], hasList: boolean): string {
  const revoked = hasList ? ' or with one that is on the list of revoked ones' : '';
  const serving = `Every NGINX serves the certificate of this resource and rejects requests without a client certificate${revoked}`;
  return [serving, ...looks.flatMap(({ unjudged }) => unjudged ?? []).slice(0, 1)].join('; ');
}
