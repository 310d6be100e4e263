import { parseSpec, type Resource } from '../api/kinds.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import type { Deletion, Material, NamedGateway, Observed } from '../plan/observed.ts';
import type { KindPlan } from '../plan/plan.ts';
import type { Outage } from '../plan/proof/outage.ts';
import type { StandingProof } from '../plan/proof/standing-proof.ts';
import { type Step, touchesChildren } from '../plan/steps.ts';
import { Failure } from '../std/failure.ts';
import { type Observing, ownerOf } from './context.ts';
import { childrenOnly, observeMaterial } from './material.ts';
import { neighboursOf } from './neighbours.ts';

/** What is known before anybody looks. */
export interface Known {
  readonly outage?: Outage | undefined;
  readonly standing?: StandingProof | undefined;
  readonly deletion?: Deletion | undefined;
}

/** The resource, what the API server holds for it, and what is known of its gateway. */
export async function observe<Spec>(
  kind: KindPlan<Spec>,
  resource: Resource<unknown>,
  known: Known,
  observing: Observing,
): Promise<Observed<Spec>> {
  const parsed = parseSpec(kind.kind, resource.spec);
  return {
    ...{ resource, parsed, startedAt: observing.clock.now(), ...known },
    owner: ownerOf({ kind: resource.kind, ...resource.metadata }, observing.cluster),
    material: await materialOf(kind, { resource, parsed }, observing),
    neighbours: neighboursOf(resource, observing),
    gateway: gatewayOf(resource, observing),
    managedNginx: observing.managedNginx,
    ...{ issued: new Map(), done: [], failed: new Map() },
  };
}

/** The same facts with what the API server holds after these steps, whether they succeeded or not. */
export async function observeAfter<Spec>(
  steps: readonly Step[],
  kind: KindPlan<Spec>,
  observed: Observed<Spec>,
  observing: Observing,
): Promise<Observed<Spec>> {
  if (!steps.some(touchesChildren)) return observed;
  return { ...observed, material: await materialOf(kind, observed, observing, observed.material) };
}

async function materialOf<Spec>(
  kind: KindPlan<Spec>,
  { resource, parsed }: Pick<Observed<Spec>, 'resource' | 'parsed'>,
  observing: Observing,
  before?: Material,
): Promise<Material> {
  // Of a resource that is being deleted, or that nobody can read, only what is there counts.
  if (!parsed.ok || resource.metadata.deletionTimestamp !== undefined) return childrenOnly(resource, observing);
  const asked = { ...resource, spec: parsed.value };
  const names = { requests: kind.requests(asked), configMaps: kind.configMaps(asked) };
  return await observeMaterial(resource, names, observing, before);
}

function gatewayOf(resource: Resource<unknown>, { gateways }: Observing): NamedGateway | Failure {
  try {
    const { gateway, dataPlane, longestConnection } = gateways.resolve(
      gatewayRefOf(resource),
      resource.metadata.namespace,
    );
    return { label: gateway.label, caveats: gateway.caveats, dataPlane, longestConnection };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
