import { mtlsUpstream, type Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Reconcile } from '../../controller/controller.ts';
import type { UpstreamTls } from '../../model/gateway-state.ts';
import { placesOf } from '../../plan/certificate-request.ts';
import { upstreamCertificates } from '../../plan/certificate-requests.ts';
import { nginxConfigMapName } from '../../plan/secret.ts';
import { type Certificates, issueCertificates, requireLeaf } from '../certificates.ts';
import { syncGateway } from '../gateway-objects.ts';
import { requireSpec } from '../gather.ts';
import { toTlsPair } from '../material.ts';
import type { Progress } from '../progress.ts';
import { reconcileBy } from '../reconcile.ts';
import { asProven, enforcedAt } from '../standing.ts';
import { removeUnused } from '../unused-children.ts';
import type { Run, World } from '../world.ts';
import { requireAddresses } from './addresses.ts';
import { lookAtNginx, writeNginxConfig } from './nginx.ts';
import { requireNodes } from './nodes.ts';
import { proveUpstream } from './prove.ts';

/** Gateway <-> NGINX: certificates into Secrets, NGINX's configuration, the gateway's service, and the proof. */
export function mtlsUpstreamReconcile(world: World): Reconcile {
  const parts = ['CertificatesReady', 'NginxReady', 'GatewaySynced', 'Enforced'] as const;
  return reconcileBy(
    { kind: mtlsUpstream.kind, parts, proof: ['NginxReady', 'Enforced'], protocol: 'http', walk },
    world,
  );
}

async function walk(resource: Resource<unknown>, progress: Progress, run: Run): Promise<void> {
  const parsed = requireSpec(mtlsUpstream, resource);
  const requests = upstreamCertificates(parsed);
  const certificates = await progress.part('CertificatesReady', () =>
    issueCertificates(parsed, requests, progress, run),
  );
  // NGINX before the gateway: a client certificate is shown only once every NGINX is seen to serve what belongs to it.
  const seen = await progress.part('NginxReady', async () => {
    requireNodes(parsed, run);
    await requireAddresses(parsed, run);
    const config = await writeNginxConfig(parsed, certificates, run);
    const proven = asProven(run, 'NginxReady', () => ({ everyNginx: true }));
    return proven ?? lookAtNginx(parsed, { certificates, config }, run);
  });
  const state = upstreamTls(parsed, certificates);
  const served = await progress.part('GatewaySynced', () => syncGateway(parsed, state, progress, run));
  const proven = await progress.part('Enforced', () =>
    enforcedAt(run, () => proveUpstream(parsed, served.service, seen, run)),
  );
  progress.setDataPlane(proven);
  const secrets = placesOf(requests).map(({ secretName }) => secretName);
  await removeUnused(parsed, { secrets, configMaps: [nginxConfigMapName(parsed)] }, progress, run);
}

/** What the spec wants the gateway to hold. */
export function upstreamTls({ spec }: Resource<MtlsUpstreamSpec>, certificates: Certificates): UpstreamTls {
  const { name, hosts, routes, upstream } = spec.service;
  return {
    kind: 'upstream',
    client: toTlsPair(requireLeaf(certificates, 'client')),
    serverTrust: certificates.serverTrust,
    serverName: spec.nginx.serverName,
    service: { name, hosts, routes, nodes: upstream.nodes, retries: upstream.retries },
  };
}
