import type { Resource } from '../api/kinds.ts';
import { type GatewayStatus, gatewayLabel, objectsAt } from '../api/status.ts';
import type { GatewayRef } from '../gateway/gateways.ts';
import type { Owner } from '../model/gateway-state.ts';
import { gatewayRefOf } from '../plan/claims.ts';
import { Failure } from '../std/failure.ts';
import { firstGateway } from './finalizer.ts';
import { performAll } from './gateway-apply.ts';
import { findRemovals, ownerOf } from './gateway-decision.ts';
import type { Run } from './world.ts';

/** What both kinds say of their gateway. */
export interface GatewayUser {
  readonly gatewayRef: GatewayRef;
}

/** Removes everything of this resource from every gateway that it has used. */
export async function clearGateways(resource: Resource<unknown>, run: Run): Promise<readonly Stuck[]> {
  const { status } = resource;
  const used = usedGateways(resource);
  const labels = used.length > 0 ? used : [namedGateway(resource)];
  return await clearAll(labels, ownerOf(resource, run), status.gateway, run);
}

/** A gateway that could not be cleared. */
export interface Stuck {
  /** As `gateway/group`. */
  readonly label: string;
  readonly failure: Failure;
}

/** Each on its own: one that is down keeps none of the others from being cleared. `status`: what is known to be there. */
export async function clearAll(
  labels: readonly string[],
  owner: Owner,
  status: GatewayStatus | undefined,
  run: Run,
): Promise<readonly Stuck[]> {
  const stuck: Stuck[] = [];
  for (const label of labels) {
    try {
      const gateway = run.gateways.resolveUsed(parseLabel(label), 'status.gateway');
      run.drift.forget(gateway, owner);
      run.names.await(gateway, owner, []);
      await performAll(await findRemovals(gateway, owner, objectsAt(label, status), run), gateway, run);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      stuck.push({ label, failure: error });
    }
  }
  return stuck;
}

/** Every gateway that may hold objects of ours, as `gateway/group`. */
export function usedGateways(resource: Resource<unknown>): readonly string[] {
  const { gateway } = resource.status;
  const first = gatewayLabel(gateway) ?? firstGateway(resource);
  return first === undefined ? [] : [first, ...(gateway?.previous ?? [])];
}

/** Whether its objects stay at the gateway when it is deleted. */
export function keepsObjects({ spec }: Resource<unknown>): boolean {
  return (spec as { deletionPolicy?: string }).deletionPolicy === 'Retain';
}

/** The gateway that the spec names, as `gateway/group`. */
function namedGateway(resource: Resource<unknown>): string {
  const { name, group } = gatewayRefOf(resource);
  return `${name}/${group}`;
}

/** `gateway/group`; the name of a gateway has no slash, that of a group may. */
export function parseLabel(label: string): GatewayRef {
  const slash = label.indexOf('/');
  return { name: label.slice(0, slash), group: label.slice(slash + 1) };
}
