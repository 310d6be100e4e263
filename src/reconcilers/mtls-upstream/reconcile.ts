import { mtlsUpstream, type Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { Reconcile } from '../../controller/controller.ts';
import { settled } from '../../controller/outcome.ts';
import type { UpstreamTls } from '../../model/gateway-state.ts';
import { upstreamCertificates } from '../../plan/certificate-requests.ts';
import { type Certificates, issueCertificates, requireLeaf } from '../certificates.ts';
import { syncGateway } from '../gateway-objects.ts';
import { gather, requireSpec } from '../gather.ts';
import { toTlsPair } from '../material.ts';
import { Progress } from '../progress.ts';
import { report } from '../report.ts';
import { retire } from '../retire.ts';
import type { World } from '../world.ts';
import { lookAtNginx, writeNginxConfig } from './nginx.ts';
import { proveUpstream } from './prove.ts';

/** Gateway <-> NGINX: certificates into Secrets, NGINX's configuration, the gateway's service, and the proof. */
export function mtlsUpstreamReconcile(world: World): Reconcile {
  return async (key, context) => {
    const run = { ...world, ...context };
    const resource = gather(key, world.resources);
    if (resource === undefined) return settled;
    if (resource.metadata.deletionTimestamp !== undefined) return retire(resource, run);

    const progress = new Progress(['CertificatesReady', 'NginxReady', 'GatewaySynced', 'Enforced'], world.clock.now());
    await progress.walk(async () => {
      const parsed = requireSpec(mtlsUpstream, resource);
      const requests = upstreamCertificates(parsed);
      const certificates = await progress.part('CertificatesReady', () =>
        issueCertificates(parsed, requests, progress, run),
      );
      // NGINX before the gateway: a client certificate is shown only once every NGINX is seen to serve what belongs to it.
      const seen = await progress.part('NginxReady', async () => {
        await writeNginxConfig(parsed, certificates, run);
        return lookAtNginx(parsed, certificates, run);
      });
      const state = upstreamTls(parsed, certificates);
      await progress.part('GatewaySynced', () => syncGateway(parsed, state, progress, run));
      await progress.part('Enforced', () => proveUpstream(parsed, seen, run));
    });
    return report(resource, progress, run);
  };
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
