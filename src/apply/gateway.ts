import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { countValues, type Denial, type DenialScope } from '../model/denial.ts';
import { anew } from '../model/gateway-reading.ts';
import type { Owner } from '../model/gateway-state.ts';
import { type Inventory, refKey } from '../model/inventory.ts';
import { openUntilLabel } from '../model/ownership.ts';
import type { Change, RemoteRef } from '../model/remote-object.ts';
import { gatewayChanges } from '../plan/gateway/changes.ts';
import { gatewayRefOf } from '../plan/gateway/claims.ts';
import { parseLabel } from '../plan/gateway/used-gateways.ts';
import type { Observed } from '../plan/observed.ts';
import type { ChangeStep, DenyStep, LeaveStep } from '../plan/steps.ts';
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

/** Has the gateway refuse exactly these for the resource. */
export async function denyAtGateway(
  { denials, scope }: DenyStep,
  { resource, owner }: Pick<Observed, 'resource' | 'owner'>,
  applying: Applying,
): Promise<void> {
  const { gateway } = applying.gateways.resolve(gatewayRefOf(resource), resource.metadata.namespace);
  await deny(gateway, { owner, denials, scope }, applying);
}

interface Denying {
  readonly owner: Owner;
  readonly denials: readonly Denial[];
  readonly scope?: DenialScope | undefined;
}

async function deny(gateway: Gateway, { owner, denials, scope }: Denying, applying: Applying): Promise<void> {
  beforeWrite(applying);
  await gateway.deny(owner, denials, applying.clock.now(), scope);
  const count = countValues(denials);
  applying.log.info({ gateway: gateway.label, count }, 'wrote what the gateway refuses as revoked');
}

/**
 * Takes everything of the owner from a gateway group, and looks after it no more. `known`: what is known to be there. What
 * is revoked is refused until the hosts are gone; whoever has no certificate only as long as they demand one.
 */
export async function leaveGateway(
  { gateway: label, known, denies }: Pick<LeaveStep, 'gateway' | 'known' | 'denies'>,
  owner: Owner,
  applying: Applying,
): Promise<void> {
  const gateway = applying.gateways.resolveUsed(parseLabel(label), 'status.gateway');
  applying.drift.forget(gateway, owner);
  applying.names.await(gateway, owner, []);
  const inventory = await lookFor(known, gateway, applying);
  const mayDeny = denies || inventory.ownedBy(owner).some(({ labels }) => labels[openUntilLabel] !== undefined);
  if (mayDeny) await denyNothing(gateway, owner, 'unverified', applying);
  for (const change of gatewayChanges(inventory, [], owner)) await perform(change, gateway, applying);
  if (mayDeny) await denyNothing(gateway, owner, 'all', applying);
}

async function denyNothing(gateway: Gateway, owner: Owner, scope: DenialScope, applying: Applying): Promise<void> {
  const denyList = await untilAborted(gateway.denyList(), applying.signal);
  if (!denyList.holds(owner, [], scope)) await deny(gateway, { owner, denials: [], scope }, applying);
}

/**
 * A reading that misses something of what is `known` to be there is older than a write of somebody else, such as the
 * operator before us: what is left behind now is so for ever.
 */
async function lookFor(known: readonly RemoteRef[], gateway: Gateway, { signal }: Applying): Promise<Inventory> {
  const seen = await untilAborted(gateway.observe(), signal);
  const showsAll = known.every((ref) => seen.inventory.find(ref) !== undefined);
  const { inventory } = showsAll ? seen : await untilAborted(gateway.observe(anew), signal);
  return inventory;
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
