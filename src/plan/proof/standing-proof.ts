import type { ConditionType } from '../../api/conditions.ts';
import type { Resource } from '../../api/kinds.ts';
import { type Endpoint, endpointText } from '../../api/operator-config.ts';
import type { Condition } from '../../api/status.ts';
import type { PartOutcome } from '../status/status.ts';

/** What was proven before, by an earlier process or by this one. */
export interface StandingProof {
  /** The parts that rest on probes, as they were found. */
  readonly parts: readonly PartOutcome[];
  /** Where at the data plane, as `addressesOf` has it. */
  readonly dataPlane: readonly string[];
  /** Set where this process made it: until then it is good enough to be gone on with when only the gateway was away. */
  readonly keptUntil?: Temporal.Instant;
}

/** What a proof would be made of now. */
export interface Provable {
  readonly parts: readonly ConditionType[];
  readonly dataPlane: readonly Endpoint[];
}

/**
 * The proof that a status tells of, for the first look of a process at the resource and for the time in which a gateway
 * cannot be read: nobody has changed the spec since, and it was made at the addresses that are configured now. Undefined
 * where it is to be made anew. Whether anything beside the spec has changed is not known here: that shows in what there
 * is to write.
 */
export function findStandingProof(
  { metadata: { generation }, status }: Resource<unknown>,
  { parts, dataPlane }: Provable,
): StandingProof | undefined {
  const { conditions = [], gateway } = status;
  const holding = (type: ConditionType) => findTrue(type, conditions, generation);
  const addresses = addressesOf(dataPlane);
  if (addresses.length === 0 || addresses.join() !== gateway?.dataPlane?.join()) return undefined;
  if (!isSettled(conditions, generation) && !isOnlyUnread(conditions)) return undefined;
  const proven = parts.flatMap((type): readonly PartOutcome[] => {
    const seen = holding(type);
    return seen === undefined ? [] : [{ type, status: 'True', reason: seen.reason, message: seen.message }];
  });
  return proven.length === parts.length ? { parts: proven, dataPlane: addresses } : undefined;
}

/** The condition, where it is True of that generation of the spec. */
export function findTrue(
  wanted: ConditionType,
  conditions: readonly Condition[],
  generation: number,
): Condition | undefined {
  return conditions.find(
    ({ type, status, observedGeneration }) => type === wanted && status === 'True' && observedGeneration === generation,
  );
}

/** An NGINX that has yet to load its certificate is Ready, and not what will be said of it. */
function isSettled(conditions: readonly Condition[], generation: number): boolean {
  return (
    findTrue('Ready', conditions, generation) !== undefined && !conditions.some(({ type }) => type === 'Reconciling')
  );
}

/** Not Ready for nothing but a gateway whose Admin API could not be read. */
function isOnlyUnread(conditions: readonly Condition[]): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  const synced = conditions.find(({ type }) => type === 'GatewaySynced');
  return synced?.status === 'Unknown' && synced.reason === ready?.reason && synced.message === ready.message;
}

/** As `host:port`, each once and in one order, whatever the order of the configuration. */
export function addressesOf(endpoints: readonly Endpoint[]): readonly string[] {
  return [...new Set(endpoints.map(endpointText))].sort();
}
