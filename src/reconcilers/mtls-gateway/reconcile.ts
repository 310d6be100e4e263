import { mtlsGateway, type Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import { hostsLine } from '../../api/status.ts';
import type { Reconcile } from '../../controller/controller.ts';
import { settled } from '../../controller/outcome.ts';
import type { ClientFacingTls } from '../../model/gateway-state.ts';
import { gatewayCertificates } from '../../plan/certificate-requests.ts';
import { findTooDeep } from '../../plan/push-check.ts';
import { permanent } from '../../std/failure.ts';
import { type Certificates, issueCertificates, requireLeaf } from '../certificates.ts';
import { syncGateway } from '../gateway-objects.ts';
import { gather, requireSpec } from '../gather.ts';
import { toTlsPair } from '../material.ts';
import { Progress } from '../progress.ts';
import { report } from '../report.ts';
import { retire } from '../retire.ts';
import type { World } from '../world.ts';
import { proveClientFacing } from './prove.ts';

/** Clients <-> gateway: certificates into Secrets, SNIs with client verification at the gateway, and the proof. */
export function mtlsGatewayReconcile(world: World): Reconcile {
  return async (key, context) => {
    const run = { ...world, ...context };
    const resource = gather(key, world.resources);
    if (resource === undefined) return settled;
    if (resource.metadata.deletionTimestamp !== undefined) return retire(resource, run);

    const progress = new Progress(['CertificatesReady', 'GatewaySynced', 'Enforced'], world.clock.now());
    await progress.walk(async () => {
      const parsed = requireSpec(mtlsGateway, resource);
      progress.setHosts(hostsLine(parsed.spec.hosts));
      const requests = gatewayCertificates(parsed);
      const certificates = await progress.part('CertificatesReady', () =>
        issueCertificates(parsed, requests, progress, run),
      );
      const tooDeep = findTooDeep(certificates.issuer?.intermediatesPem ?? '', parsed.spec.clientVerification.depth);
      if (tooDeep !== undefined) throw permanent(tooDeep.reason, tooDeep.message);
      const state = clientFacingTls(parsed, certificates);
      await progress.part('GatewaySynced', () => syncGateway(parsed, state, progress, run));
      await progress.part('Enforced', () => proveClientFacing(parsed, certificates, run));
    });
    return report(resource, progress, run);
  };
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
