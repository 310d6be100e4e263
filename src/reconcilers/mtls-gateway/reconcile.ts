import { mtlsGateway, type Resource } from '../../api/kinds.ts';
import type { MtlsGatewaySpec } from '../../api/mtls-gateway.ts';
import { hostsLine } from '../../api/status.ts';
import type { Reconcile } from '../../controller/controller.ts';
import type { ClientFacingTls } from '../../model/gateway-state.ts';
import { placesOf } from '../../plan/certificate-request.ts';
import { gatewayCertificates } from '../../plan/certificate-requests.ts';
import { findTooDeep } from '../../plan/push-check.ts';
import { permanent } from '../../std/failure.ts';
import { type Certificates, issueCertificates, requireLeaf } from '../certificates.ts';
import { syncGateway } from '../gateway-objects.ts';
import { requireSpec } from '../gather.ts';
import { toTlsPair } from '../material.ts';
import type { Progress } from '../progress.ts';
import { reconcileBy } from '../reconcile.ts';
import { enforcedAt } from '../standing.ts';
import { removeUnused } from '../unused-children.ts';
import type { Run, World } from '../world.ts';
import { proveClientFacing } from './prove.ts';

/** Clients <-> gateway: certificates into Secrets, SNIs with client verification at the gateway, and the proof. */
export function mtlsGatewayReconcile(world: World): Reconcile {
  const parts = ['CertificatesReady', 'GatewaySynced', 'Enforced'] as const;
  return reconcileBy({ kind: mtlsGateway.kind, parts, proof: ['Enforced'], protocol: 'https', walk }, world);
}

async function walk(resource: Resource<unknown>, progress: Progress, run: Run): Promise<void> {
  const parsed = requireSpec(mtlsGateway, resource);
  progress.setHosts(hostsLine(parsed.spec.hosts));
  const requests = gatewayCertificates(parsed);
  const certificates = await progress.part('CertificatesReady', () =>
    issueCertificates(parsed, requests, progress, run),
  );
  const tooDeep = findTooDeep(certificates.issuer?.intermediatesPem ?? '', parsed.spec.clientVerification.depth);
  if (tooDeep !== undefined) throw permanent(tooDeep.reason, tooDeep.message);
  const state = clientFacingTls(parsed, certificates);
  const { hosts } = await progress.part('GatewaySynced', () => syncGateway(parsed, state, progress, run));
  const proven = await progress.part('Enforced', () =>
    enforcedAt(run, () => proveClientFacing(parsed, hosts, certificates, run)),
  );
  progress.setDataPlane(proven);
  const secrets = placesOf(requests).map(({ secretName }) => secretName);
  await removeUnused(parsed, { secrets, configMaps: [] }, progress, run);
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
