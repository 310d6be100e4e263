import type { Resource } from '../api/kinds.ts';
import type { Gateway, GatewayTraits, Reading } from '../gateway/gateway.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import type { Change, DesiredObject, RemoteRef } from '../model/remote-object.ts';
import { findForeignObject, gatewayChanges, type Taken, takesName, withAdoptions } from '../plan/gateway-changes.ts';
import { seconds } from '../std/duration.ts';
import { type Failure, permanent } from '../std/failure.ts';
import type { Finding } from '../std/finding.ts';
import { untilAborted } from '../std/until-aborted.ts';
import { findAdoptions } from './adopt.ts';
import { compileAll, conflictOf, findLosses, findRivals, isStandingFor, shareOf, withoutLosses } from './claims.ts';
import { areHostsContested } from './host-rights.ts';
import type { Run } from './world.ts';

/**
 * How old the look may be by which we take an id or a name, or leave it to somebody else. Our own objects change by us
 * alone as a rule, so what we know of them may be older.
 */
const freshness = seconds(10);

const now = seconds(0);

export interface Decision<State = GatewayState> {
  readonly traits: GatewayTraits;
  readonly desired: readonly DesiredObject[];
  readonly changes: readonly Change[];
  /** The state without what is left out. */
  readonly served: State;
  /** What others have at the gateway. */
  readonly taken: readonly Taken[];
  /** What of the state is left out, and why. */
  readonly conflict?: Failure;
}

/**
 * Reads the gateway; a permanent failure where an object has an id of ours and is not. What stands in the way is looked
 * at once more, now: whoever had it may have let go a moment ago, in another process, and wakes us only once.
 */
export async function findChanges<State extends GatewayState>(
  gateway: Gateway,
  state: State,
  resource: Resource<unknown>,
  run: Run,
): Promise<Decision<State>> {
  const owner = ownerOf(resource, run);
  const rivals = findRivals(resource, run);
  const isContested = rivals.length > 0 || areHostsContested(resource, run);
  if (isTakenOver(run) && !isContested) return await asLeft(gateway, state, owner);
  const seen = await look(gateway, run);
  const lossesAt = (reading: Reading) => findLosses(resource, rivals, reading, run);
  const before = lossesAt(seen);
  const outdone = before.refusals.length > 0 || before.lost.length > 0;
  const { adoptions, refusal } = await findAdoptions(
    { gateway, reading: seen, state: withoutLosses(state, before), owner, outdone },
    resource,
    run,
  );
  const decide = (reading: Reading) => {
    const losses = lossesAt(reading);
    const { served, desired, taken } = shareOf(state, losses, reading, owner, {
      ...{ adoptions, isStanding: isStandingFor(run) },
    });
    const foreign = findForeignObject(reading.inventory, desired, owner);
    const changes = withAdoptions(gatewayChanges(reading.inventory, desired, owner), adoptions);
    return { reading, losses, served, desired, taken, foreign, changes };
  };
  const known = decide(seen);
  const age = isContested && known.changes.length > 0 ? now : ageFor(known, owner);
  const { foreign, losses, reading, ...found } = age === undefined ? known : decide(await look(gateway, run, age));
  if (foreign !== undefined) throw permanent(foreign.reason, foreign.message);
  const { kinds } = reading.dialect;
  const conflict = conflictOf(state, { ...losses, taken: found.taken, kinds }, resource, run) ?? refusal;
  return { traits: reading, ...found, ...(conflict === undefined ? {} : { conflict }) };
}

/** Whether what an earlier process left is gone on with. One that was proven by this process is compared all the same. */
function isTakenOver({ proof }: Run): boolean {
  return proof !== undefined && proof.keptUntil === undefined;
}

/** While a proof stands, so does what an earlier process left at the gateway; `DriftWatch` soon finds where it does not. */
async function asLeft<State extends GatewayState>(
  gateway: Gateway,
  state: State,
  owner: Owner,
): Promise<Decision<State>> {
  const traits = await gateway.describe();
  return { traits, served: state, desired: compileAll(state, traits.dialect, owner), taken: [], changes: [] };
}

interface Known extends Pick<Decision, 'desired' | 'taken' | 'changes'> {
  readonly reading: Reading;
  readonly foreign: Finding | undefined;
}

/** How young another look must be, where one is needed: of now where the gateway would let us shadow somebody. */
function ageFor({ foreign, taken, changes, reading }: Known, owner: Owner): Temporal.Duration | undefined {
  if (foreign !== undefined || taken.length > 0) return now;
  if (takesName(changes, reading.inventory, owner)) return reading.dialect.letsNamesShadow ? now : freshness;
  return changes.some((change) => change.type === 'put' && change.because === 'missing') ? freshness : undefined;
}

/**
 * The requests that take everything of the owner from the gateway. A reading that misses something of what is `known` to
 * be there is older than a write of somebody else, such as the operator before us: what is left behind now is so for ever.
 */
export async function findRemovals(
  gateway: Gateway,
  owner: Owner,
  known: readonly RemoteRef[],
  run: Run,
): Promise<readonly Change[]> {
  const seen = await look(gateway, run);
  const showsAll = known.every((ref) => seen.inventory.find(ref) !== undefined);
  const { inventory } = showsAll ? seen : await look(gateway, run, now);
  return gatewayChanges(inventory, [], owner);
}

/** One of many pages takes long, and others may want it too: whose time is up leaves it to them. */
function look(gateway: Gateway, { signal }: Run, age?: Temporal.Duration): Promise<Reading> {
  return untilAborted(gateway.observe(age), signal);
}

/** Who the resource is to a gateway. */
export function ownerOf({ kind, metadata: { namespace, name, uid } }: Resource<unknown>, { cluster }: Run): Owner {
  return { cluster, kind, namespace, name, uid };
}
