import type { Resource } from '../api/kinds.ts';
import type { Dialect } from '../gateway/dialect.ts';
import type { Reading } from '../gateway/gateway.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import { labelledOwner } from '../model/ownership.ts';
import type { DesiredObject } from '../model/remote-object.ts';
import {
  type Claimant,
  claimIndexOf,
  describeLost,
  gatewayRefOf,
  type LostClaim,
  lostClaims,
  withoutParts,
} from '../plan/claims.ts';
import { describeTaken, findTakenNames, type TakenName } from '../plan/gateway-changes.ts';
import { type Failure, permanent, transient } from '../std/failure.ts';
import type { Run } from './world.ts';

/** Claims that an older resource has too. One whose namespace may not use the gateway keeps nothing from anybody. */
export function findLostClaims(resource: Resource<unknown>, run: Run): readonly LostClaim[] {
  const found = new Set<Claimant>();
  for (const key of claimIndexOf(resource)) for (const rival of run.resources.byIndex('claim', key)) found.add(rival);
  const entitled = (rival: Claimant) => run.gateways.mayUse(gatewayRefOf(rival), rival.metadata.namespace);
  return lostClaims(resource, [...found].filter(entitled));
}

/** What of a state a gateway gets, where not all of it is free. */
export interface Share<State> {
  /** The state without what others have. */
  readonly served: State;
  readonly desired: readonly DesiredObject[];
  /** What others have at the gateway; a younger reading may say otherwise. */
  readonly taken: readonly TakenName[];
}

/** Names that we hold stay with us although somebody has made a second object for them: it is no reason to let go. */
export function shareOf<State extends GatewayState>(
  state: State,
  lost: readonly LostClaim[],
  { dialect, inventory }: Reading,
  owner: Owner,
): Share<State> {
  const compile = (some: GatewayState) => compileAll(some, dialect, owner);
  const own = withoutParts(state, new Set(lost.map(({ claim }) => claim.part)));
  const taken = findTakenNames(inventory, compile(own), owner);
  const free = withoutParts(own, new Set(taken.filter(({ held }) => !held).map(({ name }) => name)));
  return { served: free, desired: compile(free), taken };
}

/** Where nothing is lost or taken. Without any host there is nothing to show and nobody to let in. */
export function compileAll(state: GatewayState, dialect: Dialect, owner: Owner): readonly DesiredObject[] {
  return state.kind === 'client-facing' && state.hosts.length === 0 ? [] : dialect.compile(state, owner);
}

/** What to say of it. Transient where it is on its way to us: whoever has it is younger, or claims it no longer. */
export function conflictOf(
  { kind }: GatewayState,
  lost: readonly LostClaim[],
  taken: readonly TakenName[],
  run: Run,
): Failure | undefined {
  if (lost.length === 0 && taken.length === 0) return undefined;
  const reason = kind === 'client-facing' ? 'SniConflict' : 'RouteConflict';
  const sentences = [...(lost.length === 0 ? [] : [describeLost(lost)]), ...taken.map(describeTaken)].join('; ');
  const waits = taken.some((name) => isReleased(name, run));
  return waits ? transient(reason, `${sentences}, and expected to be given up`) : permanent(reason, sentences);
}

/** A resource of this cluster that would win keeps its claim from being asked for at all, so this one will let go. */
function isReleased({ holder }: TakenName, run: Run): boolean {
  const owner = labelledOwner(holder);
  return owner?.cluster === run.cluster && run.resources.get(owner) !== undefined;
}
