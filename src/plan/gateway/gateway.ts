import { finalizer } from '../../api/group.ts';
import type { Resource } from '../../api/kinds.ts';
import { type GatewayStatus, objectsAt } from '../../api/status.ts';
import type { UnverifiedDenial } from '../../model/denial.ts';
import type { GatewayTraits, Reading } from '../../model/gateway-reading.ts';
import { anew } from '../../model/gateway-reading.ts';
import type { GatewayState, Owner } from '../../model/gateway-state.ts';
import type { Change, DesiredObject } from '../../model/remote-object.ts';
import { seconds } from '../../std/duration.ts';
import { Failure, permanent } from '../../std/failure.ts';
import type { Steps } from '../../std/steps.ts';
import { isNeeded, type Needed, type PartPlan } from '../draft.ts';
import type { NamedGateway, Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import type { Step } from '../steps.ts';
import { planAdoptions } from './adoptions.ts';
import { findForeignObject, gatewayChanges, type Taken, takesName, withAdoptions } from './changes.ts';
import { withOpenSessions } from './open-sessions.ts';
import { findUnsound } from './push-check.ts';
import { areHostsContested, compileAll, conflictOf, findLosses, shareOf, withoutLosses } from './share.ts';
import {
  isBelowWildcard,
  meanwhileFailure,
  meanwhileSteps,
  unverifiedDenials,
  unverifiedMeanwhile,
} from './unverified.ts';
import { keepsObjects, parseLabel, usedGateways } from './used-gateways.ts';

const part = 'gateway';

/**
 * What makes the gateway hold the state, and then takes the resource away from those that it has left. Gives what is
 * served: the state without what others have.
 */
export function* planGateway<State extends GatewayState>(state: State, course: Course): Steps<PartPlan<State>> {
  const { observed } = course;
  // What there is at a gateway that cannot be read, nobody knows; what can be looked at elsewhere still is.
  const unread = observed.outage?.admin;
  if (unread !== undefined) return notSynced('Unknown', state, unread);
  const { gateway } = observed;
  if (gateway instanceof Failure) throw gateway;
  const decision = decide(state, observed, course.now);
  if (!isNeeded(decision)) return yield* sync(decision, gateway, state, course);
  const failure = observed.failed.get(part);
  if (failure !== undefined) throw failure;
  return decision;
}

function* sync<State extends GatewayState>(
  decision: Decision<State>,
  gateway: NamedGateway,
  state: State,
  course: Course,
): Steps<PartPlan<State>> {
  const { traits, changes, desired, served, taken, conflict } = decision;
  const { observed, draft, now } = course;
  const failure = observed.failed.get(part) ?? meanwhileFailure(observed);
  if (failure === undefined) yield* refuseUnfit(state, traits, changes, now);
  const previous = usedGateways(observed.resource).filter((label) => label !== gateway.label);
  course.gateways = keepsObjects(observed.resource) ? [] : [gateway.label, ...previous];
  const { groupId } = traits;
  const objects = desired.map(({ kind, id }) => ({ kind, id }));
  const status = { ...parseLabel(gateway.label), ...(groupId === undefined ? {} : { groupId }), objects };
  // From now on the status names this gateway, even if what follows fails.
  draft.setGateway({ ...status, ...named(previous) });
  if (failure !== undefined) throw failure;
  const steps = stepsTo(gateway.label, decision, { ...status, ...named(previous) }, observed);
  if (steps.length > 0) return { steps };
  course.watch = { desired, taken };
  course.unverified = decision.unverified ?? [];
  // What is free is served, renewed and proven. What was served elsewhere goes only when all of it has come here.
  if (conflict !== undefined) return notSynced('False', served, conflict);
  const left = previous.filter((label) => !isLeft(label, observed));
  const leaving = left.filter((label) => !observed.failed.has(partOf(label)));
  if (leaving.length > 0) return { steps: leaving.map((label) => leaveStep(label, observed.resource)) };
  draft.setGateway({ ...status, ...named(left) });
  const [stuck] = left.flatMap((label) => observed.failed.get(partOf(label)) ?? []);
  if (stuck !== undefined) return notSynced('False', served, stuck);
  return { value: served, reason: 'Synced', message: syncedMessage(gateway, traits, state) };
}

function syncedMessage({ label, caveats }: NamedGateway, { dialect }: GatewayTraits, { kind }: GatewayState): string {
  return [`The gateway ${label} holds what the spec asks for`, ...dialect.unenforced(kind), ...caveats].join('; ');
}

/**
 * The finalizer only now: a gateway that cannot even be read holds nothing of ours that a deletion would have to wait
 * for. A move is written down before the first request, so that no crash makes us forget a gateway that holds objects of
 * ours.
 */
function stepsTo(
  gateway: string,
  { changes, meanwhile }: Decision,
  status: GatewayStatus,
  observed: Observed,
): readonly Step[] {
  const { resource, done } = observed;
  const isHeld = hasFinalizer(resource) || done.some((step) => step.do === 'hold');
  const [known = gateway] = usedGateways(resource);
  const isKnown = known === gateway || done.some((step) => step.do === 'announce');
  return [
    ...(isHeld ? [] : [{ part, do: 'hold', gateway } as const]),
    ...(isKnown ? [] : [{ part, do: 'announce', status } as const]),
    ...meanwhileSteps(gateway, meanwhile, observed),
    ...(changes.length === 0 ? [] : [{ part, do: 'change', gateway, changes } as const]),
  ];
}

export function hasFinalizer({ metadata }: Resource<unknown>): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** Takes everything of the resource from a gateway that it has used. */
export function leaveStep(gateway: string, { status }: Resource<unknown>): Step {
  const known = objectsAt(gateway, status.gateway);
  const denies = status.conditions?.some(({ type }) => type === 'Revoked') ?? false;
  return { part: partOf(gateway), standalone: true, do: 'leave', gateway, known, denies };
}

export function isLeft(label: string, { done }: Pick<Observed, 'done'>): boolean {
  return done.some((step) => step.do === 'leave' && step.gateway === label);
}

/** Under which a failure to leave it is kept. */
export function partOf(label: string): string {
  return `gateway/${label}`;
}

/**
 * How old the look may be by which we take an id or a name, or leave it to somebody else. Our own objects change by us
 * alone as a rule, so what we know of them may be older.
 */
const freshness = seconds(10);

interface Decision<State = GatewayState> {
  readonly traits: GatewayTraits;
  readonly desired: readonly DesiredObject[];
  readonly changes: readonly Change[];
  /** The state without what is left out. */
  readonly served: State;
  /** What others have at the gateway. */
  readonly taken: readonly Taken[];
  /** What is to be refused of sessions that clients began without a certificate. */
  readonly unverified?: readonly UnverifiedDenial[] | undefined;
  /** As much of it as may stand while the changes are made; left out: all. */
  readonly meanwhile?: readonly UnverifiedDenial[] | undefined;
  /** What of the state is left out, and why. */
  readonly conflict?: Failure | undefined;
}

/**
 * By a look at the gateway; throws a permanent failure where an object has an id of ours and is not. What stands in the
 * way is looked at once more, now: whoever had it may have let go a moment ago, in another process, and wakes us only
 * once.
 */
function decide<State extends GatewayState>(
  state: State,
  observed: Observed,
  now: Temporal.Instant,
): Decision<State> | Needed {
  const { resource, neighbours, reading, material } = observed;
  const known = reading && decided.get(reading);
  if (known?.material === material) return known.decision as Decision<State>;
  const isContested = neighbours.rivals().length > 0 || areHostsContested(resource, neighbours);
  if (isTakenOver(observed) && !isContested) return asLeft(state, observed);
  if (reading?.inventory === undefined) return { looks: [{ part, at: 'gateway' }] };
  const decision = compare(state, { ...reading, inventory: reading.inventory }, { isContested, now }, observed);
  if (!isNeeded(decision)) decided.set(reading, { material, decision });
  return decision;
}

/** A reconcile plans several times with one reading: where many want the same, who has it is found out once. */
const decided = new WeakMap<
  object,
  { readonly material: Observed['material']; readonly decision: Decision<GatewayState> }
>();

/** What is there with what is wanted. What stands in the way, or is new, is decided by a look that is young enough. */
function compare<State extends GatewayState>(
  state: State,
  seen: Reading & { readonly age?: Temporal.Duration | undefined },
  { isContested, now }: { readonly isContested: boolean; readonly now: Temporal.Instant },
  observed: Observed,
): Decision<State> | Needed {
  const { owner, neighbours } = observed;
  const { inventory, dialect } = seen;
  const losses = findLosses(observed, inventory);
  const outdone = losses.refusals.length > 0 || losses.lost.length > 0;
  const adopted = planAdoptions(withoutLosses(state, losses), outdone, seen, observed);
  if (isNeeded(adopted)) return adopted;
  const share = shareOf(state, losses, seen, adopted.adoptions, observed);
  const desired = withOpenSessions(share.desired, { inventory, adoptions: adopted.adoptions, owner }, now);
  const foreign = findForeignObject(inventory, desired, owner);
  const changes = withAdoptions(gatewayChanges(inventory, desired, owner), adopted.adoptions);
  const unverified = unverifiedDenials(desired, { inventory, owner }, now);
  const mayConcernOthers = isContested || unverified.some(isBelowWildcard);
  const isInTheWay = foreign !== undefined || share.taken.length > 0 || (mayConcernOthers && changes.length > 0);
  const age = isInTheWay ? anew : (ageFor(changes, seen, owner) ?? ageForUnverified(unverified));
  if (age !== undefined && !isYounger(seen.age, age)) return { looks: [{ part, at: 'gateway', age }] };
  if (foreign !== undefined) throw permanent(foreign.reason, foreign.message);
  const conflict = conflictOf(state, losses, share.taken, dialect, neighbours) ?? adopted.refusal;
  const meanwhile = changes.length === 0 ? undefined : unverifiedMeanwhile(desired, { inventory, owner }, now);
  return { traits: seen, ...share, desired, changes, conflict, unverified, meanwhile };
}

/** Whether what an earlier process left is gone on with. One that was proven by this process is compared all the same. */
function isTakenOver({ standing }: Observed): boolean {
  return standing !== undefined && standing.keptUntil === undefined;
}

/** While a proof stands, so does what an earlier process left at the gateway; `DriftWatch` soon finds where it does not. */
function asLeft<State extends GatewayState>(state: State, { reading, owner }: Observed): Decision<State> | Needed {
  if (reading === undefined) return { looks: [{ part, at: 'gateway', only: 'traits' }] };
  return { traits: reading, served: state, desired: compileAll(state, reading.dialect, owner), taken: [], changes: [] };
}

/** How young another look must be, where one is needed: of now where the gateway would let us shadow somebody. */
function ageFor(
  changes: readonly Change[],
  { inventory, dialect }: Reading,
  owner: Owner,
): Temporal.Duration | undefined {
  if (takesName(changes, inventory, owner)) return dialect.letsNamesShadow ? anew : freshness;
  return changes.some((change) => change.type === 'put' && change.because === 'missing') ? freshness : undefined;
}

/** Whose names there are below a wildcard has to be known as long as somebody is refused there. */
function ageForUnverified(denials: readonly UnverifiedDenial[]): Temporal.Duration | undefined {
  return denials.some(isBelowWildcard) ? freshness : undefined;
}

function isYounger(known: Temporal.Duration | undefined, wanted: Temporal.Duration): boolean {
  return known !== undefined && Temporal.Duration.compare(known, wanted) <= 0;
}

function notSynced<State>(status: 'False' | 'Unknown', value: State, failure: Failure): PartPlan<State> {
  return { value, status, reason: failure.reason, message: failure.message, failure };
}

/** Nothing is dropped silently, and nothing is sent that a gateway would store and clients would choke on. */
function* refuseUnfit(
  state: GatewayState,
  { dialect }: GatewayTraits,
  changes: readonly Change[],
  now: Temporal.Instant,
): Steps<void> {
  const unsupported = dialect.unsupported(state);
  if (unsupported.length > 0) throw permanent('NotSupportedByGateway', unsupported.join('; '));
  const unsound = changes.some(({ type }) => type === 'put') ? yield* findUnsound(state, now) : undefined;
  if (unsound !== undefined) throw permanent(unsound.reason, unsound.message);
}

function named(previous: readonly string[]): Pick<GatewayStatus, 'previous'> {
  return previous.length === 0 ? {} : { previous: [...previous] };
}
