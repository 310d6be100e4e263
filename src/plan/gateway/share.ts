import { annotations } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import type { Dialect } from '../../model/dialect.ts';
import type { Reading } from '../../model/gateway-reading.ts';
import type { GatewayState, Owner } from '../../model/gateway-state.ts';
import { type Inventory, refKey } from '../../model/inventory.ts';
import { isMarked } from '../../model/ownership.ts';
import type { DesiredObject } from '../../model/remote-object.ts';
import { type Failure, permanent, transient } from '../../std/failure.ts';
import type { Neighbours, Observed } from '../observed.ts';
import { type Adoption, askAdministrator } from './adoption.ts';
import { describeTaken, findTakenNames, type Taken } from './changes.ts';
import { type Claimant, withoutHosts } from './claims.ts';
import { describeRefusal, doExclude, type Refusal, refusalsIn } from './host-rights.ts';
import { concernedHosts } from './hosts.ts';
import { describeLost, type LostClaim, lostClaims, withoutLost } from './precedence.ts';
import { findTakenRequests, withoutTaken } from './taken-requests.ts';
import { isGiven } from './tenants.ts';

/** Which part of what a resource claims a gateway gets, beside what others have there. */

/** What of a resource is not for it. */
export interface Losses {
  readonly refusals: readonly Refusal[];
  readonly lost: readonly LostClaim[];
}

/** What of the resource others have before it, by a look at the gateway. */
export function findLosses({ resource, owner, neighbours }: Observed, inventory: Inventory): Losses {
  // The uid says nothing at a gateway.
  const heldFor = ({ kind, metadata: { namespace, name } }: Claimant) =>
    inventory.ownedBy({ cluster: owner.cluster, kind, namespace, name, uid: '' });
  const refused = refusalsIn({ ...neighbours, heldFor });
  const refusals = concernedHosts(resource).flatMap((host) => refused(resource, host) ?? []);
  const isFor = (claimant: Claimant, host: string) => refused(claimant, host) === undefined;
  return { refusals, lost: lostClaims(resource, neighbours.rivals(), heldFor, isFor) };
}

/**
 * Whether one of the hosts is in question: the administrator does not give it, or somebody who is not trusted has or wants
 * one that cannot be had beside it.
 */
export function areHostsContested(resource: Resource<unknown>, { around, policyOf }: Neighbours): boolean {
  const policy = policyOf(resource);
  return concernedHosts(resource).some((host) => {
    if (!isGiven(policy, resource.metadata.namespace, host)) return true;
    for (const other of around(resource, host)) {
      if (concernedHosts(other).some((theirs) => doExclude(policy, [resource, host], [other, theirs]))) return true;
    }
    return false;
  });
}

/** What of a state a gateway gets, where not all of it is free. */
export interface Share<State> {
  /** The state without what others have. */
  readonly served: State;
  readonly desired: readonly DesiredObject[];
  /** What others have at the gateway; a younger reading may say otherwise. */
  readonly taken: readonly Taken[];
}

/** Names that we hold stay with us although somebody has made a second object for them: it is no reason to let go. */
export function shareOf<State extends GatewayState>(
  state: State,
  losses: Losses,
  { dialect, inventory }: Reading,
  adoptions: readonly Adoption[],
  { owner, neighbours }: Pick<Observed, 'owner' | 'neighbours'>,
): Share<State> {
  const compile = (some: GatewayState) => compileAll(some, dialect, owner);
  const own = withoutLosses(state, losses);
  const adopted = new Set(adoptions.map(({ from }) => refKey(from)));
  const names = findTakenNames(inventory, compile(own), owner).filter(({ holder }) => !adopted.has(refKey(holder)));
  const taken = [...names, ...findTakenRequests(inventory, own, owner, neighbours.isStanding)];
  const free = withoutTaken(own, taken);
  return { served: free, desired: compile(free), taken };
}

/** Without what is not for the resource. */
export function withoutLosses<State extends GatewayState>(state: State, { refusals, lost }: Losses): State {
  return withoutLost(withoutHosts(state, new Set(refusals.map(({ host }) => host))), lost);
}

/** Where nothing is lost or taken. Without any host there is nothing to show and nobody to let in. */
export function compileAll(state: GatewayState, dialect: Dialect, owner: Owner): readonly DesiredObject[] {
  return state.kind === 'client-facing' && state.hosts.length === 0 ? [] : dialect.compile(state, owner);
}

/** What to say of it. Transient where it is on its way to us: whoever has it is younger, or claims it no longer. */
export function conflictOf(
  { kind }: GatewayState,
  { refusals, lost }: Losses,
  taken: readonly Taken[],
  { kinds }: Dialect,
  neighbours: Neighbours,
): Failure | undefined {
  if (refusals.length === 0 && lost.length === 0 && taken.length === 0) return undefined;
  const conflict = kind === 'client-facing' ? 'SniConflict' : 'RouteConflict';
  const reason = refusals.length > 0 ? 'HostNotAllowed' : conflict;
  const describe = (name: Taken) => describeTaken(name) + wayIn(name, kinds, neighbours);
  const sentences = [...refusals.map(describeRefusal), ...describeLost(lost), ...taken.map(describe)].join('; ');
  // What a resource of ours has and still claims is not asked for at all, so this one will let go.
  const waits = taken.some(({ holder }) => !neighbours.isStanding(holder));
  return waits ? transient(reason, `${sentences}; its owner is expected to release it`) : permanent(reason, sentences);
}

/** How the resource could take the object over, or who has to say whether it may. */
function wayIn({ holder, held }: Taken, kinds: readonly string[], { mayAdopt }: Neighbours): string {
  if (held || isMarked(holder) || !kinds.includes(holder.kind)) return '';
  if (!mayAdopt(holder)) return `; to take it over, ${askAdministrator}`;
  return `; to take it over, annotate this resource with ${annotations.adopt}: ${refKey(holder)}`;
}
