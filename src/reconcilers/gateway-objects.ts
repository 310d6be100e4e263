import type { Resource } from '../api/kinds.ts';
import { type GatewayStatus, gatewayLabel } from '../api/status.ts';
import type { GatewayTraits } from '../gateway/gateway.ts';
import type { GatewayState } from '../model/gateway-state.ts';
import { refKey } from '../model/inventory.ts';
import type { Change } from '../model/remote-object.ts';
import { findUnsound } from '../plan/push-check.ts';
import { Failure, permanent } from '../std/failure.ts';
import { inSlices } from '../std/steps.ts';
import { addFinalizer } from './finalizer.ts';
import { performAll } from './gateway-apply.ts';
import { clearAll, type GatewayUser, keepsObjects, parseLabel, usedGateways } from './gateway-clear.ts';
import { findChanges, ownerOf } from './gateway-decision.ts';
import type { PartResult, Progress } from './progress.ts';
import { asAnnounced, writeStatus } from './report.ts';
import { tell } from './tell.ts';
import type { Run } from './world.ts';

/**
 * Makes the gateway hold the state, then clears those that the resource has left. Gives what is served: the state without
 * what others have. What is refused is decided upon once more: somebody may have taken a name since the gateway was read,
 * and the reading after a refusal is a new one.
 */
export async function syncGateway<State extends GatewayState>(
  resource: Resource<GatewayUser>,
  state: State,
  progress: Progress,
  run: Run,
): Promise<PartResult<State>> {
  const unread = run.outage?.admin;
  // What there is at a gateway that cannot be read, nobody knows; what can be looked at elsewhere still is.
  if (unread !== undefined) return notSynced('Unknown', state, unread);
  try {
    return await sync(resource, state, progress, run);
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'GatewayRejected') throw error;
    return await sync(resource, state, progress, run);
  }
}

async function sync<State extends GatewayState>(
  resource: Resource<GatewayUser>,
  state: State,
  progress: Progress,
  run: Run,
): Promise<PartResult<State>> {
  const { gateway } = run.gateways.resolve(resource.spec.gatewayRef, resource.metadata.namespace);
  const { changes, desired, traits, served: value, taken, conflict } = await findChanges(gateway, state, resource, run);
  await refuseUnfit(state, traits, changes, run);
  // Only now: a gateway that cannot even be read holds nothing of ours that a deletion would have to wait for.
  await addFinalizer(resource, gateway.label, run);
  const previous = usedGateways(resource).filter((label) => label !== gateway.label);
  run.looks.use(resource, keepsObjects(resource) ? [] : [gateway.label, ...previous]);
  const objects = desired.map(({ kind, id }) => ({ kind, id }));
  const { groupId, dialect } = traits;
  const status = { ...parseLabel(gateway.label), ...(groupId === undefined ? {} : { groupId }), objects };
  await announce({ ...status, ...named(previous) }, resource, progress, run);
  await gateway.validate(changes.flatMap((change) => (change.type === 'put' ? [change.object] : [])));
  await performAll(changes, gateway, run, (from) => {
    const note = `Took over ${refKey(from)} at ${gateway.label}, which this operator had not created: it belongs to this resource from now on`;
    tell(resource, { type: 'Normal', reason: 'Adopted', action: 'Adopt', note }, run);
  });
  run.drift.expect(gateway, ownerOf(resource, run), desired, run.proof === undefined ? 'seen' : 'unseen');
  run.names.await(gateway, ownerOf(resource, run), taken);
  // What is free is served, renewed and proven. What was served elsewhere goes only when all of it has come here.
  if (conflict !== undefined) return notSynced('False', value, conflict);
  const stuck = await clearAll(previous, ownerOf(resource, run), resource.status.gateway, run);
  progress.setGateway({ ...status, ...named(stuck.map(({ label }) => label)) });
  const caveats = [...dialect.unenforced(state.kind), ...gateway.caveats];
  const message = [`The gateway ${gateway.label} holds what the spec asks for`, ...caveats].join('; ');
  const failure = stuck[0]?.failure;
  return failure === undefined ? { value, reason: 'Synced', message } : notSynced('False', value, failure);
}

function notSynced<State>(status: 'False' | 'Unknown', value: State, failure: Failure): PartResult<State> {
  return { value, status, reason: failure.reason, message: failure.message, failure };
}

/** Nothing is dropped silently, and nothing is sent that a gateway would store and clients would choke on. */
async function refuseUnfit(
  state: GatewayState,
  { dialect }: GatewayTraits,
  changes: readonly Change[],
  run: Run,
): Promise<void> {
  const unsupported = dialect.unsupported(state);
  if (unsupported.length > 0) throw permanent('NotSupportedByGateway', unsupported.join('; '));
  const writes = changes.some(({ type }) => type === 'put');
  const unsound = writes ? await inSlices(findUnsound(state, run.clock.now()), run.signal) : undefined;
  if (unsound !== undefined) throw permanent(unsound.reason, unsound.message);
}

/**
 * Before the first request that changes something: the report at the end names this gateway even if what follows
 * fails, and a move is written down at once, so that no crash makes us forget a gateway that holds objects of ours.
 */
async function announce(
  status: GatewayStatus,
  resource: Resource<unknown>,
  progress: Progress,
  run: Run,
): Promise<void> {
  progress.setGateway(status);
  const label = gatewayLabel(status);
  const [known = label] = usedGateways(resource);
  if (known === label) return;
  await writeStatus(asAnnounced(resource, progress), { ...resource.status, gateway: status }, run);
  progress.noteAnnounced(status);
}

function named(previous: readonly string[]): Pick<GatewayStatus, 'previous'> {
  return previous.length === 0 ? {} : { previous: [...previous] };
}
