import type { Resource } from '../api/kinds.ts';
import type { GatewayStatus } from '../api/status.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GatewayRef } from '../gateway/gateways.ts';
import { Failure } from '../std/failure.ts';
import { performAll } from './gateway-apply.ts';
import { findChanges, ownerOf } from './gateway-decision.ts';
import type { Run } from './world.ts';

/** What both kinds say of their gateway. */
export interface GatewayUser {
  readonly gatewayRef: GatewayRef;
}

/** Removes everything of this resource from every gateway that it has used; throws the first failure, after all. */
export async function clearGateways(resource: Resource<unknown>, run: Run): Promise<void> {
  const { gatewayRef } = resource.spec as Partial<GatewayUser>;
  const used = usedGateways(resource.status.gateway);
  const { failure } = await clearAll(used.length > 0 || !gatewayRef ? used : [labelOf(gatewayRef)], resource, run);
  if (failure !== undefined) throw failure;
}

/** Each on its own: one that is down keeps none of the others from being cleared. */
export async function clearAll(labels: readonly string[], resource: Resource<unknown>, run: Run) {
  const left: string[] = [];
  let failure: Failure | undefined;
  for (const label of labels) {
    try {
      await clear(
        run.gateways.resolve(parseLabel(label), resource.metadata.namespace, 'status.gateway').gateway,
        resource,
        run,
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      left.push(label);
      failure ??= error;
    }
  }
  return { left, failure };
}

async function clear(gateway: Gateway, resource: Resource<unknown>, run: Run): Promise<void> {
  run.drift.forget(gateway, ownerOf(resource, run));
  await performAll((await findChanges(gateway, undefined, resource, run)).changes, gateway, run);
}

/** Every gateway that may hold objects of ours, as `gateway/group`. */
export function usedGateways(status: GatewayStatus | undefined): readonly string[] {
  return status === undefined ? [] : [status.group, ...(status.previous ?? [])];
}

function labelOf({ name, group }: GatewayRef): string {
  return `${name}/${group}`;
}

/** `gateway/group`; the name of a gateway has no slash, that of a group may. */
function parseLabel(label: string): GatewayRef {
  const slash = label.indexOf('/');
  return { name: label.slice(0, slash), group: label.slice(slash + 1) };
}
