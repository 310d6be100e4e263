import type { Resource } from '../api/kinds.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GatewayRef } from '../gateway/gateways.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import type { Change, DesiredObject } from '../model/remote-object.ts';
import { findGatewayConflict, gatewayChanges } from '../plan/gateway-changes.ts';
import { permanent } from '../std/failure.ts';
import { addFinalizer } from './finalizer.ts';
import type { PartResult, Progress } from './progress.ts';
import type { Run } from './world.ts';

/** What both kinds say of their gateway. */
export interface GatewayUser {
  readonly gatewayRef: GatewayRef;
}

/** Makes the gateway hold the state, then clears the gateway that the resource pointed at before, if it moved. */
export async function syncGateway(
  resource: Resource<GatewayUser>,
  state: GatewayState,
  progress: Progress,
  run: Run,
): Promise<PartResult<void>> {
  const { gateway } = run.gateways.resolve(resource.spec.gatewayRef, resource.metadata.namespace);
  const desired = gateway.compile(state, ownerOf(resource, run));
  const changes = await findChanges(gateway, desired, resource, run);
  // Only now: a gateway that cannot even be read holds nothing of ours that a deletion would have to wait for.
  await addFinalizer(resource, run);
  await performAll(changes, gateway, run);
  for (const left of gatewaysOf(resource, run)) {
    if (left.label !== gateway.label) await clear(left, resource, run);
  }
  progress.setGateway({
    group: gateway.label,
    groupId: await gateway.groupId(),
    objects: desired.map(({ kind, id }) => ({ kind, id })),
  });
  return { value: undefined, reason: 'Synced', message: `The gateway ${gateway.label} holds what the spec asks for` };
}

/** Removes everything of this resource from every gateway that it has used. */
export async function clearGateways(resource: Resource<unknown>, run: Run): Promise<void> {
  for (const gateway of gatewaysOf(resource, run)) await clear(gateway, resource, run);
}

async function clear(gateway: Gateway, resource: Resource<unknown>, run: Run): Promise<void> {
  await performAll(await findChanges(gateway, [], resource, run), gateway, run);
}

/** Reads the gateway; a permanent failure where something stands in the way that is not ours. */
async function findChanges(
  gateway: Gateway,
  desired: readonly DesiredObject[],
  resource: Resource<unknown>,
  run: Run,
): Promise<readonly Change[]> {
  const owner = ownerOf(resource, run);
  const observed = await gateway.observe();
  const conflict = findGatewayConflict(observed, desired, owner);
  if (conflict !== undefined) throw permanent(conflict.reason, conflict.message);
  return gatewayChanges(observed, desired, owner);
}

async function performAll(changes: readonly Change[], gateway: Gateway, run: Run): Promise<void> {
  for (const change of changes) await perform(change, gateway, run);
}

async function perform(change: Change, gateway: Gateway, run: Run): Promise<void> {
  if (change.type === 'put') {
    const { kind, id } = change.object;
    await gateway.put(change.object);
    run.log.info({ gateway: gateway.label, object: `${kind}/${id}`, because: change.because }, 'wrote gateway object');
  } else {
    const { kind, id } = change.ref;
    await gateway.remove(change.ref);
    run.log.info({ gateway: gateway.label, object: `${kind}/${id}` }, 'removed gateway object');
  }
}

/** The gateway of the spec and the one of the status: they differ after `gatewayRef` was edited. */
function gatewaysOf({ spec, status, metadata }: Resource<unknown>, run: Run): readonly Gateway[] {
  const fromSpec = (spec as Partial<GatewayUser>).gatewayRef;
  const fromStatus = status.gateway === undefined ? undefined : parseLabel(status.gateway.group);
  const refs = [fromSpec, fromStatus].filter((ref) => ref !== undefined);
  const gateways = refs.map((ref) => run.gateways.resolve(ref, metadata.namespace).gateway);
  return gateways.filter(({ label }, index) => gateways.findIndex((other) => other.label === label) === index);
}

/** `gateway/group`; the name of a gateway has no slash, that of a group may. */
function parseLabel(label: string): GatewayRef {
  const slash = label.indexOf('/');
  return { name: label.slice(0, slash), group: label.slice(slash + 1) };
}

function ownerOf({ kind, metadata: { namespace, name, uid } }: Resource<unknown>, { cluster }: Run): Owner {
  return { cluster, kind, namespace, name, uid };
}
