import { annotations } from '../api/group.ts';
import type { Resource } from '../api/kinds.ts';
import type { Dialect } from '../gateway/dialect.ts';
import type { Reading } from '../gateway/gateway.ts';
import type { GatewayState, Owner } from '../model/gateway-state.ts';
import { refKey } from '../model/inventory.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { isMarked, labelledOwner } from '../model/ownership.ts';
import type { DesiredObject, ObservedObject } from '../model/remote-object.ts';
import { type Adoption, askAdministrator } from '../plan/adoption.ts';
import { type Claimant, claimIndexOf, gatewayRefOf, withoutHosts } from '../plan/claims.ts';
import { describeTaken, findTakenNames, type Taken } from '../plan/gateway-changes.ts';
import { describeRefusal, type Refusal, refusalsIn } from '../plan/host-rights.ts';
import { concernedHosts } from '../plan/hosts.ts';
import { describeLost, type LostClaim, lostClaims, withoutLost } from '../plan/precedence.ts';
import { findTakenRequests, withoutTaken } from '../plan/taken-requests.ts';
import { type Failure, permanent, transient } from '../std/failure.ts';
import { mayAdopt } from './adopt.ts';
import { around, policyOf } from './host-rights.ts';
import type { Run } from './world.ts';

/** Others that claim the same. One whose namespace may not use the gateway keeps nothing from anybody. */
export function findRivals(resource: Resource<unknown>, run: Run): readonly Claimant[] {
  const found = new Set<KubeObject>();
  for (const key of claimIndexOf(resource)) for (const rival of run.resources.byIndex('claim', key)) found.add(rival);
  return [...found].filter(
    (rival) =>
      rival.metadata.uid !== resource.metadata.uid &&
      run.gateways.mayUse(gatewayRefOf(rival), rival.metadata.namespace),
  );
}

/** What of a resource is not for it. */
export interface Losses {
  readonly refusals: readonly Refusal[];
  readonly lost: readonly LostClaim[];
}

/** What of the resource others have before it, by a look at the gateway. */
export function findLosses(
  resource: Resource<unknown>,
  rivals: readonly Claimant[],
  { inventory }: Reading,
  run: Run,
): Losses {
  // The uid says nothing at a gateway.
  const heldFor = ({ kind, metadata: { namespace, name } }: Claimant) =>
    inventory.ownedBy({ cluster: run.cluster, kind, namespace, name, uid: '' });
  const refused = refusalsIn({ around: around(run), heldFor, policyOf: policyOf(run) });
  const refusals = concernedHosts(resource).flatMap((host) => refused(resource, host) ?? []);
  const isFor = (claimant: Claimant, host: string) => refused(claimant, host) === undefined;
  return { refusals, lost: lostClaims(resource, rivals, heldFor, isFor) };
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
  owner: Owner,
  { adoptions, isStanding }: Surroundings,
): Share<State> {
  const compile = (some: GatewayState) => compileAll(some, dialect, owner);
  const own = withoutLosses(state, losses);
  const adopted = new Set(adoptions.map(({ from }) => refKey(from)));
  const names = findTakenNames(inventory, compile(own), owner).filter(({ holder }) => !adopted.has(refKey(holder)));
  const taken = [...names, ...findTakenRequests(inventory, own, owner, isStanding)];
  const free = withoutTaken(own, taken);
  return { served: free, desired: compile(free), taken };
}

/** What else is known of what is at the gateway. */
export interface Surroundings {
  readonly adoptions: readonly Adoption[];
  /** Whether what the object holds is not given up by itself. */
  readonly isStanding: (holder: ObservedObject) => boolean;
}

/**
 * What a resource of ours has and claims no longer goes by itself, and until then both have it: a request that goes from
 * one to another is answered at any moment. Who may not use the gateway is not asked to let go of anything.
 */
export function isStandingFor(run: Run): Surroundings['isStanding'] {
  return (holder) => {
    const owner = labelledOwner(holder);
    const resource = owner?.cluster === run.cluster ? run.resources.get(owner) : undefined;
    return resource === undefined || !run.gateways.mayUse(gatewayRefOf(resource), resource.metadata.namespace);
  };
}

/** Without what is not for the resource. */
export function withoutLosses<State extends GatewayState>(state: State, { refusals, lost }: Losses): State {
  return withoutLost(withoutHosts(state, new Set(refusals.map(({ host }) => host))), lost);
}

/** Where nothing is lost or taken. Without any host there is nothing to show and nobody to let in. */
export function compileAll(state: GatewayState, dialect: Dialect, owner: Owner): readonly DesiredObject[] {
  return state.kind === 'client-facing' && state.hosts.length === 0 ? [] : dialect.compile(state, owner);
}

export interface Conflicting extends Losses {
  readonly taken: readonly Taken[];
  /** Those of the dialect. */
  readonly kinds: readonly string[];
}

/** What to say of it. Transient where it is on its way to us: whoever has it is younger, or claims it no longer. */
export function conflictOf(
  { kind }: GatewayState,
  { refusals, lost, taken, kinds }: Conflicting,
  resource: Resource<unknown>,
  run: Run,
): Failure | undefined {
  if (refusals.length === 0 && lost.length === 0 && taken.length === 0) return undefined;
  const conflict = kind === 'client-facing' ? 'SniConflict' : 'RouteConflict';
  const reason = refusals.length > 0 ? 'HostNotAllowed' : conflict;
  const describe = (name: Taken) => describeTaken(name) + wayIn(name, kinds, resource, run);
  const sentences = [...refusals.map(describeRefusal), ...describeLost(lost), ...taken.map(describe)].join('; ');
  const isStanding = isStandingFor(run);
  // What a resource of ours has and still claims is not asked for at all, so this one will let go.
  const waits = taken.some(({ holder }) => !isStanding(holder));
  return waits ? transient(reason, `${sentences}; its owner is expected to release it`) : permanent(reason, sentences);
}

/** How the resource could take the object over, or who has to say whether it may. */
function wayIn({ holder, held }: Taken, kinds: readonly string[], resource: Resource<unknown>, run: Run): string {
  if (held || isMarked(holder) || !kinds.includes(holder.kind)) return '';
  if (!mayAdopt(holder, resource, run)) return `; to take it over, ${askAdministrator}`;
  return `; to take it over, annotate this resource with ${annotations.adopt}: ${refKey(holder)}`;
}
