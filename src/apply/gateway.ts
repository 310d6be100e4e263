import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { anew } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import { refKey } from '../model/inventory.ts';
import type { Change, RemoteRef } from '../model/remote-object.ts';
import { gatewayChanges } from '../plan/gateway/changes.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import { parseLabel } from '../plan/gateway/used-gateways.ts';
import type { Observed } from '../plan/observed.ts';
import type { ChangeStep } from '../plan/steps.ts';
import type { Gateway } from '../ports/gateway.ts';
import { untilAborted } from '../std/until-aborted.ts';
import type { Applying } from './context.ts';
import { beforeWrite } from './guard.ts';

/**
 * One after another, since each may refer to the one before; ends at the first that fails. The plan after them says what
 * is to be there: until then what we have changed so far must not be taken for drift.
 */
export async function changeGateway(
  { changes }: ChangeStep,
  { resource, owner }: Pick<Observed, 'resource' | 'owner'>,
  applying: Applying,
): Promise<void> {
  const { gateway } = applying.gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  await gateway.validate(changes.flatMap((change) => (change.type === 'put' ? [change.object] : [])));
  applying.drift.suspend(gateway, owner);
  for (const change of changes) {
    await perform(change, gateway, applying);
    if (change.type === 'put' && change.because === 'adopted') tellAdopted(change.from, gateway, resource, applying);
  }
}

function tellAdopted(from: RemoteRef, { label }: Gateway, resource: Resource<unknown>, applying: Applying): void {
  const note = `Took over ${refKey(from)} at ${label}, which this operator had not created: it belongs to this resource from now on`;
  recordEvent(resource, { type: 'Normal', reason: 'Adopted', action: 'Adopt', note }, applying);
}

/** Takes everything of the owner from a gateway group, and looks after it no more. `known`: what is known to be there. */
export async function leaveGateway(
  label: string,
  known: readonly RemoteRef[],
  owner: Owner,
  applying: Applying,
): Promise<void> {
  const gateway = applying.gateways.resolveUsed(parseLabel(label), 'status.gateway');
  applying.drift.forget(gateway, owner);
  applying.names.await(gateway, owner, []);
  for (const change of await findRemovals(gateway, owner, known, applying)) await perform(change, gateway, applying);
}

/**
 * A reading that misses something of what is `known` to be there is older than a write of somebody else, such as the
 * operator before us: what is left behind now is so for ever.
 */
async function findRemovals(
  gateway: Gateway,
  owner: Owner,
  known: readonly RemoteRef[],
  { signal }: Applying,
): Promise<readonly Change[]> {
  const seen = await untilAborted(gateway.observe(), signal);
  const showsAll = known.every((ref) => seen.inventory.find(ref) !== undefined);
  const { inventory } = showsAll ? seen : await untilAborted(gateway.observe(anew), signal);
  return gatewayChanges(inventory, [], owner);
}

async function perform(change: Change, gateway: Gateway, applying: Applying): Promise<void> {
  beforeWrite(applying);
  const { log } = applying;
  if (change.type === 'put') {
    const { kind, id } = change.object;
    await (change.because === 'adopted' ? gateway.adopt(change.object, change.from) : gateway.put(change.object));
    log.info({ gateway: gateway.label, object: `${kind}/${id}`, because: change.because }, 'wrote gateway object');
  } else {
    const { kind, id } = change.ref;
    await gateway.remove(change.ref);
    log.info({ gateway: gateway.label, object: `${kind}/${id}` }, 'removed gateway object');
  }
}
