import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { UpstreamNode } from '../../model/gateway-state.ts';
import { build } from '../../nginx/build.ts';
import { render } from '../../nginx/render.ts';
import { nginxConfigMap } from '../../plan/secret.ts';
import { type ProbeResult, probeDeadline } from '../../probe/probe.ts';
import { tlsProbe } from '../../probe/tls-probe.ts';
import { type Failure, permanent, transient } from '../../std/failure.ts';
import { type Certificates, requireLeaf } from '../certificates.ts';
import { ownChild, writeChild } from '../children.ts';
import { toTlsPair } from '../material.ts';
import type { PartResult } from '../progress.ts';
import type { Run } from '../world.ts';
import { isRefusal } from './refusal.ts';

/** The server block of NGINX into its ConfigMap. A value outside the grammar is named, never printed. */
export async function writeNginxConfig(
  resource: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  run: Run,
): Promise<void> {
  const { chainPem } = requireLeaf(certificates, 'client');
  const built = build(resource.spec.nginx, { verifyDepth: countIntermediates(chainPem) });
  if (!built.ok) throw permanent('InvalidSpec', built.findings.map(({ message }) => message).join('; '));
  const desired = nginxConfigMap(resource, render(built.value));
  await writeChild(ownChild(run.configMaps, resource, desired.metadata.name), desired, resource, run);
}

function countIntermediates(chainPem: string): number {
  return chainPem.split('-----BEGIN CERTIFICATE-----').length - 2;
}

/**
 * What is wrong with one NGINX. `stops`: the gateway must not be pointed at it. `fails`: it could not be looked at, and
 * the gateway may know better. `waits`: it works, and will soon be as it should be.
 */
interface NodeFinding {
  readonly weight: 'stops' | 'fails' | 'waits';
  readonly failure: Failure;
}

/** Whether every NGINX was looked at, so that the rest can be proven. */
export interface Seen {
  readonly everyNginx: boolean;
}

/** Looks at every NGINX: what it serves, and whom it lets in. */
export async function lookAtNginx(
  resource: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  run: Run,
): Promise<PartResult<Seen>> {
  const { nodes } = resource.spec.service.upstream;
  const found = (await Promise.all(nodes.map((node) => lookAt(node, resource, certificates, run)))).filter(
    (finding) => finding !== undefined,
  );
  const [worst] = (['stops', 'fails', 'waits'] as const).flatMap((weight) => found.filter((f) => f.weight === weight));
  if (worst === undefined) return { value: { everyNginx: true }, reason: 'Serving', message: servingMessage };
  if (worst.weight === 'stops') throw worst.failure;
  const { reason, message } = worst.failure;
  if (worst.weight === 'fails')
    return { value: { everyNginx: false }, status: 'False', reason, message, failure: worst.failure };
  return { value: { everyNginx: true }, reason, message, pending: worst.failure };
}

const servingMessage =
  'Every NGINX serves the certificate of this resource and refuses a request without a client certificate';

async function lookAt(
  node: UpstreamNode,
  { spec }: Resource<MtlsUpstreamSpec>,
  certificates: Certificates,
  run: Run,
): Promise<NodeFinding | undefined> {
  const request = { address: node, serverName: spec.nginx.serverName, path: '/', deadline: probeDeadline };
  const trust = certificates.serverTrust.map(({ pem }) => pem);
  const client = toTlsPair(requireLeaf(certificates, 'client'));
  const wanted = requireLeaf(certificates, 'server').facts.sha256Fingerprint;
  const where = `NGINX at ${node.host}:${node.port}`;
  const invited = judgeInvited(await tlsProbe({ ...request, trust, client }, run.signal), where, wanted);
  if (invited !== undefined && invited.weight !== 'waits') return invited;
  return judgeUninvited(await tlsProbe(request, run.signal), where) ?? invited;
}

/** The client certificate of the gateway must pass, and the certificate of NGINX must be ours. */
function judgeInvited(result: ProbeResult, where: string, wanted: string): NodeFinding | undefined {
  switch (result.kind) {
    case 'unreachable':
      return unreachable(where, result.code);
    case 'untrusted':
      return stops(
        'NginxCertificateWrong',
        `${where} shows a certificate that is not the one of this resource (${result.reason})`,
      );
    case 'refused':
      return stops('NginxRefuses', `${where} refuses the client certificate of the gateway`);
    case 'answered':
      if (isRefusal(result)) return stops('NginxRefuses', `${where} refuses the client certificate of the gateway`);
      if (result.leaf.sha256Fingerprint === wanted) return undefined;
      return {
        weight: 'waits',
        failure: transient('NginxReloading', `${where} still serves its previous certificate`),
      };
  }
}

function judgeUninvited(result: ProbeResult, where: string): NodeFinding | undefined {
  if (result.kind === 'unreachable') return unreachable(where, result.code);
  const letIn = result.kind === 'answered' && !isRefusal(result);
  return letIn ? stops('NginxNotEnforcing', `${where} answers a request without a client certificate`) : undefined;
}

function unreachable(where: string, code: string): NodeFinding {
  return { weight: 'fails', failure: transient('NginxUnreachable', `${where} could not be reached (${code})`) };
}

function stops(reason: string, message: string): NodeFinding {
  return { weight: 'stops', failure: transient(reason, message) };
}
