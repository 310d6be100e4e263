import type { Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import type { Endpoint } from '../../api/operator-config.ts';
import type { TlsPair } from '../../model/gateway-state.ts';
import type { ProbeResult } from '../../probe/probe.ts';
import { tlsProbe } from '../../probe/tls-probe.ts';
import { type Failure, transient } from '../../std/failure.ts';
import { canaryOf, foreignCanary } from '../canary.ts';
import { type Certificates, requireLeaf } from '../certificates.ts';
import { firstWrong, probeDeadline, settle } from '../expect.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';

/** One client that knocks, and whether it must be let in. */
interface Visitor {
  readonly who: string;
  readonly client?: TlsPair;
  readonly welcome: boolean;
}

interface Visit extends Visitor {
  readonly endpoint: Endpoint;
  readonly host: string;
}

/** Full handshakes at every data-plane address: the right certificate passes, none and a foreign one are refused. */
export async function proveClientFacing(
  { spec, metadata }: Resource<MtlsGatewaySpec>,
  certificates: Certificates,
  run: Run,
): Promise<PartResult<void>> {
  const { gateway, dataPlane } = run.gateways.resolve(spec.gatewayRef, metadata.namespace);
  if (dataPlane.https.length === 0) {
    const message = `Enforcement was not looked at: no https data-plane address of ${gateway.label} is configured`;
    return { value: undefined, status: 'Unknown', reason: 'NotProbed', message };
  }
  const visits = plan(spec, dataPlane.https, await visitors(certificates, run));
  const wanted = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const look = (visit: Visit) => knock(visit, spec.verification.path, wanted, run);
  const wrong = await settle(() => firstWrong(visits, look), run);
  if (wrong !== undefined) throw wrong;
  if (certificates.issuer === undefined) {
    const message =
      'The gateway refuses no client certificate and one of another CA; that it lets the right one in could not be looked at, since the key of the CA is elsewhere';
    return { value: undefined, status: 'Unknown', reason: 'RefusalsProven', message };
  }
  // Measured with APISIX 3.18: mTLS belongs to the TLS port, and sessions resume for `ssl_session_timeout`.
  const message =
    'The gateway lets a client certificate of the CA pass, and refuses none and one of another CA; its plain HTTP port asks for none, and a session from before a change may resume for 10 minutes';
  return { value: undefined, reason: 'Proven', message };
}

/** Of a CA that was brought along without its key nobody here has a client certificate. */
async function visitors({ issuer }: Certificates, run: Run): Promise<readonly Visitor[]> {
  const welcome =
    issuer === undefined
      ? []
      : [{ who: 'a client certificate of the CA', client: await canaryOf(issuer, run), welcome: true }];
  return [
    ...welcome,
    { who: 'no client certificate', welcome: false },
    { who: 'a client certificate of another CA', client: await foreignCanary(run), welcome: false },
  ];
}

function plan(spec: MtlsGatewaySpec, endpoints: readonly Endpoint[], all: readonly Visitor[]): readonly Visit[] {
  const places = endpoints.flatMap((endpoint) => spec.hosts.map((host) => ({ endpoint, host: concrete(host) })));
  return places.flatMap((place) => all.map((visitor) => ({ ...visitor, ...place })));
}

/** A name that the wildcard covers: it stands for exactly one label. */
function concrete(host: string): string {
  return host.replace(/^\*/, 'mtls-operator-probe');
}

async function knock(visit: Visit, path: string, wanted: string, run: Run): Promise<Failure | undefined> {
  const { endpoint, host, client } = visit;
  const request = { address: endpoint, serverName: host, path, deadline: probeDeadline };
  const result = await tlsProbe(client === undefined ? request : { ...request, client }, run.signal);
  return judge(result, visit, wanted);
}

function judge(result: ProbeResult, { who, welcome, host, endpoint }: Visit, wanted: string): Failure | undefined {
  const where = `${host} at ${endpoint.host}:${endpoint.port}`;
  if (result.kind === 'unreachable') {
    return transient('DataPlaneUnreachable', `The data plane for ${where} could not be reached (${result.code})`);
  }
  // Any answer: API7 Enterprise refuses in the handshake, so a status is the application's.
  const letIn = result.kind === 'answered';
  if (letIn !== welcome) {
    return transient('NotEnforced', `The gateway ${letIn ? 'let in' : 'refused'} ${who} for ${where}`);
  }
  if (letIn && result.leaf.sha256Fingerprint !== wanted) {
    return transient(
      'OtherCertificateServed',
      `The gateway shows another certificate for ${where} than the one issued`,
    );
  }
  return undefined;
}
