import type { Resource } from '../api/kinds.ts';
import type { GatewayStatus } from '../api/status.ts';
import type { Gateway, Reading } from '../gateway/gateway.ts';
import type { GatewayRef } from '../gateway/gateways.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import type { Change, DesiredObject } from '../model/remote-object.ts';
import { findForeignObject, gatewayChanges, type TakenName, takesName } from '../plan/gateway-changes.ts';
import { findUnsound } from '../plan/push-check.ts';
import { seconds } from '../std/duration.ts';
import { Failure, permanent } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import { conflictOf, findLostClaims, shareOf } from './claims.ts';
import { addFinalizer } from './finalizer.ts';
import type { PartResult, Progress } from './progress.ts';
import { writeStatus } from './report.ts';
import { beforeWrite } from './standing.ts';
import type { Run } from './world.ts';

/** What both kinds say of their gateway. */
export interface GatewayUser {
  readonly gatewayRef: GatewayRef;
}

/** Makes the gateway hold the state, then clears those that the resource has left. */
export async function syncGateway(
  resource: Resource<GatewayUser>,
  state: GatewayState,
  progress: Progress,
  run: Run,
): Promise<PartResult<void>> {
  const { gateway } = run.gateways.resolve(resource.spec.gatewayRef, resource.metadata.namespace);
  const { changes, desired, reading, conflict } = await findChanges(gateway, state, resource, run);
  refuseUnfit(state, reading, changes, run);
  // Only now: a gateway that cannot even be read holds nothing of ours that a deletion would have to wait for.
  await addFinalizer(resource, run);
  const previous = usedGateways(resource.status.gateway).filter((label) => label !== gateway.label);
  const objects = desired.map(({ kind, id }) => ({ kind, id }));
  const { groupId, dialect } = reading;
  const status = { group: gateway.label, ...(groupId === undefined ? {} : { groupId }), objects };
  await announce({ ...status, ...named(previous) }, resource, progress, run);
  await performAll(changes, gateway, run);
  run.drift.expect(gateway, ownerOf(resource, run), desired);
  // What is free is served and renewed. What was served elsewhere goes only when all of it has come here.
  if (conflict !== undefined) throw conflict;
  const { left, failure } = await clearAll(previous, resource, run);
  progress.setGateway({ ...status, ...named(left) });
  const caveats = [...dialect.unenforced(state.kind), ...gateway.caveats];
  const message = [`The gateway ${gateway.label} holds what the spec asks for`, ...caveats].join('; ');
  if (failure === undefined) return { value: undefined, reason: 'Synced', message };
  return { value: undefined, status: 'False', reason: failure.reason, message: failure.message, failure };
}

/** Nothing is dropped silently, and nothing is sent that a gateway would store and clients would choke on. */
function refuseUnfit(state: GatewayState, { dialect }: Reading, changes: readonly Change[], run: Run): void {
  const unsupported = dialect.unsupported(state);
  if (unsupported.length > 0) throw permanent('NotSupportedByGateway', unsupported.join('; '));
  const writes = changes.some(({ type }) => type === 'put');
  const unsound = writes ? findUnsound(state, run.clock.now()) : undefined;
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
  const seen = resource.status.gateway;
  const moves = seen !== undefined && seen.group !== status.group;
  if (moves) await writeStatus(resource, { ...resource.status, gateway: status }, run);
}

function named(previous: readonly string[]): Pick<GatewayStatus, 'previous'> {
  return previous.length === 0 ? {} : { previous: [...previous] };
}

/** Removes everything of this resource from every gateway that it has used; throws the first failure, after all. */
export async function clearGateways(resource: Resource<unknown>, run: Run): Promise<void> {
  const { gatewayRef } = resource.spec as Partial<GatewayUser>;
  const used = usedGateways(resource.status.gateway);
  const { failure } = await clearAll(used.length > 0 || !gatewayRef ? used : [labelOf(gatewayRef)], resource, run);
  if (failure !== undefined) throw failure;
}

/** Each on its own: one that is down keeps none of the others from being cleared. */
async function clearAll(labels: readonly string[], resource: Resource<unknown>, run: Run) {
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

/**
 * How old the look may be by which we take an id or a name, or leave it to somebody else. Our own objects change by us
 * alone as a rule, so what we know of them may be older.
 */
const freshness = seconds(10);

const now = seconds(0);

interface Decision {
  readonly reading: Reading;
  readonly desired: readonly DesiredObject[];
  readonly changes: readonly Change[];
  /** What of the state is left out, and why. */
  readonly conflict?: Failure;
}

/**
 * Reads the gateway; a permanent failure where an object has an id of ours and is not. What stands in the way is looked
 * at once more, now: whoever had it may have let go a moment ago, in another process, and wakes us only once.
 */
async function findChanges(
  gateway: Gateway,
  state: GatewayState | undefined,
  resource: Resource<unknown>,
  run: Run,
): Promise<Decision> {
  const owner = ownerOf(resource, run);
  const lost = state === undefined ? [] : findLostClaims(resource, run);
  const decide = (reading: Reading) => {
    const { desired, taken } = state === undefined ? nothing : shareOf(state, lost, reading, owner);
    const foreign = findForeignObject(reading.inventory, desired, owner);
    return { reading, desired, taken, foreign, changes: gatewayChanges(reading.inventory, desired, owner) };
  };
  const known = decide(await gateway.observe());
  const age = ageFor(known, owner);
  const { foreign, taken, ...decision } = age === undefined ? known : decide(await gateway.observe(age));
  if (foreign !== undefined) throw permanent(foreign.reason, foreign.message);
  const conflict = state === undefined ? undefined : conflictOf(state, lost, taken, run);
  return conflict === undefined ? decision : { ...decision, conflict };
}

const nothing = { desired: [], taken: [] };

interface Known extends Decision {
  readonly taken: readonly TakenName[];
  readonly foreign: Finding | undefined;
}

/** How young another look must be, where one is needed: of now where the gateway would let us shadow somebody. */
function ageFor({ foreign, taken, changes, reading }: Known, owner: Owner): Temporal.Duration | undefined {
  if (foreign !== undefined || taken.length > 0) return now;
  if (takesName(changes, reading.inventory, owner)) return reading.dialect.letsNamesShadow ? now : freshness;
  return changes.some((change) => change.type === 'put' && change.because === 'missing') ? freshness : undefined;
}

async function performAll(changes: readonly Change[], gateway: Gateway, run: Run): Promise<void> {
  for (const change of changes) await perform(change, gateway, run);
}

async function perform(change: Change, gateway: Gateway, run: Run): Promise<void> {
  beforeWrite(run);
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

/** Every gateway that may hold objects of ours, as `gateway/group`. */
function usedGateways(status: GatewayStatus | undefined): readonly string[] {
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

function ownerOf({ kind, metadata: { namespace, name, uid } }: Resource<unknown>, { cluster }: Run): Owner {
  return { cluster, kind, namespace, name, uid };
}
