import type { Resource } from '../api/kinds.ts';
import type { Known } from '../observe/observe.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import type { KindPlan } from '../plan/plan.ts';
import type { Outage } from '../plan/proof/outage.ts';
import { findStandingProof, type StandingProof } from '../plan/proof/standing-proof.ts';
import type { Run } from './world.ts';

/**
 * What this process knows of the resource before it looks. The first look goes on with the proof that its status tells
 * of, so that a start does not probe everything at once; so does a look while the gateway cannot be read, and the first
 * one after that, as long as this process has made the proof.
 */
export function whatIsKnown(kind: Pick<KindPlan, 'proof' | 'protocol'>, resource: Resource<unknown>, run: Run): Known {
  const { deletionTimestamp } = resource.metadata;
  if (deletionTimestamp !== undefined) {
    const { stuckSince, letGoOf } = run.memory.of(resource.metadata) ?? {};
    const isLetGo = letGoOf !== undefined && letGoOf === resource.metadata.resourceVersion;
    return { deletion: { deadline: run.deletionDeadline, stuckSince, isLetGo } };
  }
  const isFirst = run.memory.note(resource);
  const outage = findOutage(kind, resource, run);
  const standing = isFirst ? findProof(kind, resource, run) : findKeptProof(kind, resource, outage, run);
  return { outage, standing };
}

/** Of a gateway that the resource may use. */
function findOutage({ protocol }: Pick<KindPlan, 'protocol'>, resource: Resource<unknown>, run: Run) {
  const ref = gatewayRefOf(resource);
  const isAllowed = run.gateways.mayUse(ref, resource.metadata.namespace);
  return isAllowed ? run.reachability.outageOf(ref.name, protocol) : undefined;
}

type Proven = Pick<KindPlan, 'proof' | 'protocol'>;

function findProof({ proof: parts, protocol }: Proven, resource: Resource<unknown>, run: Run) {
  const [gatewayRef, { namespace }] = [gatewayRefOf(resource), resource.metadata];
  if (!run.gateways.mayUse(gatewayRef, namespace)) return undefined;
  const { dataPlane } = run.gateways.resolve(gatewayRef, namespace);
  return findStandingProof(resource, { parts, dataPlane: dataPlane[protocol] });
}

/** What this process has proven stands while its gateway is away, and when it is back, as long as it would have stood. */
function findKeptProof(
  proven: Proven,
  resource: Resource<unknown>,
  outage: Outage | undefined,
  run: Run,
): StandingProof | undefined {
  const { provenUntil: keptUntil, inOutage } = run.memory.of(resource.metadata) ?? {};
  if (keptUntil === undefined || Temporal.Instant.compare(keptUntil, run.clock.now()) <= 0) return undefined;
  const proof = outage !== undefined || inOutage ? findProof(proven, resource, run) : undefined;
  return proof && { ...proof, keptUntil };
}
