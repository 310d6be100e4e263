import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import { addressesOf } from '../../plan/standing-proof.ts';
import { concreteHost } from '../../probe/probe.ts';
import { tlsProbe } from '../../probe/tls-probe.ts';
import type { Failure } from '../../std/failure.ts';
import { canaryOf, foreignCanary } from '../canary.ts';
import { type Certificates, requireLeaf } from '../certificates.ts';
import { firstWrong, settle } from '../expect.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';
import { judgeVisit, type Visit, type Visitor } from './visit.ts';

/**
 * Full handshakes at every data-plane address, for the hosts that are served: the right certificate passes, none and a
 * foreign one are refused. Gives the addresses.
 */
export async function proveClientFacing(
  { spec, metadata }: Resource<MtlsGatewaySpec>,
  hosts: readonly string[],
  certificates: Certificates,
  run: Run,
): Promise<PartResult<readonly string[]>> {
  const { gateway, dataPlane } = run.gateways.resolve(spec.gatewayRef, metadata.namespace);
  if (dataPlane.https.length === 0) {
    const message = `Enforcement was not checked: no https data-plane address of ${gateway.label} is configured`;
    return { value: [], status: 'Unknown', reason: 'NotProbed', message };
  }
  if (hosts.length === 0) {
    const message = 'Enforcement was not checked: every host belongs to another owner';
    return { value: [], status: 'Unknown', reason: 'NotProbed', message };
  }
  const visits = plan(spec, hosts, dataPlane.https, await visitors(certificates, run));
  const wanted = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const look = (visit: Visit) => knock(visit, wanted, run);
  const wrong = await settle(() => firstWrong(visits, look, run), run);
  if (wrong !== undefined) throw wrong;
  const value = addressesOf(dataPlane.https);
  if (certificates.issuer === undefined) {
    const message =
      'The gateway rejects requests without a client certificate and requests with a certificate of another CA; whether it accepts a certificate of the CA was not checked, since the operator does not have the key of the CA';
    return { value, status: 'Unknown', reason: 'RefusalsProven', message };
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
  return { value, reason: 'Proven', message };
}

const nobody: Visitor = { who: 'a request without a client certificate', welcome: false };

/** Of a CA that was brought along without its key nobody here has a client certificate. */
async function visitors({ issuer }: Certificates, run: Run): Promise<readonly Visitor[]> {
  const welcome =
    issuer === undefined
      ? []
      : [{ who: 'a request with a client certificate of the CA', client: await canaryOf(issuer, run), welcome: true }];
  return [
    ...welcome,
    nobody,
    { who: 'a request with a client certificate of another CA', client: await foreignCanary(run), welcome: false },
  ];
}

function plan(
  { clientVerification: { exemptPaths }, verification }: MtlsGatewaySpec,
  hosts: readonly string[],
  endpoints: readonly Endpoint[],
  all: readonly Visitor[],
): readonly Visit[] {
  const refusedByStatus = exemptPaths.length > 0;
  const places = endpoints.flatMap((endpoint) => hosts.map((host) => ({ endpoint, host: concreteHost(host) })));
  const exempt = exemptPaths.map((path) => ({ ...nobody, welcome: true, path: path.replace(/\*$/, '') }));
  const protect = all.map((visitor) => ({ ...visitor, path: verification.path }));
  return places.flatMap((place) => [...protect, ...exempt].map((visit) => ({ ...visit, ...place, refusedByStatus })));
}

async function knock(visit: Visit, wanted: string, run: Run): Promise<Failure | undefined> {
  const { endpoint, host, client, path } = visit;
  const request = { address: endpoint, serverName: host, path, deadline: run.probes.deadline };
  const result = await tlsProbe(client === undefined ? request : { ...request, client }, run.signal);
  return judgeVisit(result, visit, { sha256Fingerprint: wanted, now: run.clock.now() });
}
