import pMap from 'p-map';
import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { UpstreamNode } from '../../model/gateway-state.ts';
import { build } from '../../nginx/build.ts';
import { type Fingerprint, fingerprintPath } from '../../nginx/fingerprint.ts';
import { render } from '../../nginx/render.ts';
import { nginxConfigMap } from '../../plan/secret.ts';
import { refusedCode } from '../../probe/lookup.ts';
import type { ProbeRequest, ProbeResult } from '../../probe/probe.ts';
import { tlsProbe } from '../../probe/tls-probe.ts';
import { permanent } from '../../std/failure.ts';
import { inTurns } from '../../std/steps.ts';
import { type Certificates, requireLeaf } from '../certificates.ts';
import { ownChild, writeChild } from '../children.ts';
import { toTlsPair } from '../material.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';
import { refusesAt } from './addresses.ts';
import { judgeInvited, judgeUninvited, type NginxLook, worstOf } from './judge-nginx.ts';

/**
 * The server block of NGINX into its ConfigMap. A value outside the grammar is named, never printed. Gives the
 * fingerprint that NGINX tells once it has loaded it.
 */
export async function writeNginxConfig(
  resource: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  run: Run,
): Promise<Fingerprint> {
  const { chainPem } = requireLeaf(certificates, 'client');
  const { uid } = resource.metadata;
  const built = build(resource.spec.nginx, { verifyDepth: countIntermediates(chainPem), uid });
  if (!built.ok) throw permanent('InvalidSpec', built.findings.map(({ message }) => message).join('; '));
  const { statements, fingerprint } = built.value;
  const desired = nginxConfigMap(resource, render(statements));
  await writeChild(ownChild(run.configMaps, resource, desired.metadata.name), desired, resource, run);
  return fingerprint;
}

function countIntermediates(chainPem: string): number {
  return chainPem.split('-----BEGIN CERTIFICATE-----').length - 2;
}

/** Whether every NGINX was looked at, so that the rest can be proven. */
export interface Seen {
  readonly everyNginx: boolean;
  /** As which resource every NGINX answers who asks through the gateway; undefined where one of them does not tell. */
  readonly answersAs?: string;
}

/** What NGINX is to serve. */
export interface Wanted {
  readonly certificates: Certificates;
  /** Of its configuration, see `writeNginxConfig`. */
  readonly config: Fingerprint;
}

/** Looks at every NGINX: what it serves, and whom it lets in. */
export async function lookAtNginx(
  resource: Resource<MtlsUpstreamSpec>,
  wanted: Wanted,
  run: Run,
): Promise<PartResult<Seen>> {
  const { nodes } = resource.spec.service.upstream;
  // Each loads all that is trusted, which takes milliseconds for a large bundle.
  const lookAtAll = () =>
    pMap(inTurns(nodes, run.signal), (node) => lookAt(node, resource, wanted, run), { concurrency: nodes.length });
  const looks = await run.probes.spend(lookAtAll);
  const worst = worstOf(looks.flatMap(({ finding }) => finding ?? []));
  const seen = { everyNginx: true, ...(doTell(looks) && { answersAs: wanted.config.resource }) };
  if (worst === undefined) return { value: seen, reason: 'Serving', message: servingMessage(looks) };
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

/** Whether every NGINX has the present configuration: an earlier one does not tell whoever asks through the gateway. */
function doTell(looks: readonly NginxLook[]): boolean {
  return looks.every(({ unjudged, finding }) => unjudged === undefined && finding?.weight !== 'lags');
}

/** What could not be judged is named: the first is enough to know where to look. */
function servingMessage(looks: readonly NginxLook[]): string {
  const serving =
    'Every NGINX serves the certificate of this resource and rejects requests without a client certificate';
  return [serving, ...looks.flatMap(({ unjudged }) => unjudged ?? []).slice(0, 1)].join('; ');
}

async function lookAt(
  node: UpstreamNode,
  { spec }: Resource<MtlsUpstreamSpec>,
  { certificates, config }: Wanted,
  run: Run,
): Promise<NginxLook> {
  const refuses = await refusesAt(node, run);
  const request = { address: node, serverName: spec.nginx.serverName, deadline: run.probes.deadline, refuses };
  const trust = certificates.serverTrust.map(({ pem }) => pem);
  const client = toTlsPair(requireLeaf(certificates, 'client'));
  const leaf = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const where = `NGINX at ${node.host}:${node.port}`;
  const [invited, uninvited] = await Promise.all([
    visit({ ...request, path: fingerprintPath, trust, client }, where, run),
    visit({ ...request, path: '/' }, where, run),
  ]);
  const look = judgeInvited(invited, where, { leaf, config });
  if (look.finding?.weight === 'stops' || look.finding?.weight === 'fails') return look;
  const finding = judgeUninvited(uninvited, where);
  return finding === undefined ? look : { ...look, finding };
}

/** Why one cannot be reached is told in the log alone. Throws where the name has another address than it had before. */
async function visit(request: ProbeRequest, where: string, { log, signal }: Run): Promise<ProbeResult> {
  const result = await tlsProbe(request, signal);
  if (result.kind !== 'unreachable') return result;
  log.debug({ code: result.code }, `${where} could not be reached`);
  if (result.code !== refusedCode) return result;
  throw permanent('AddressNotAllowed', `spec.service.upstream.nodes: ${where} has an address that is not allowed`);
}
