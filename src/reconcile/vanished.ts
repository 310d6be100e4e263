import { leaveGateway } from '../apply/gateway.ts';
import { isThere } from '../apply/presence.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import { checkAgain, type Outcome, toOutcome } from '../controller/outcome.ts';
import { findResource } from '../observe/resource.ts';
import { usedGateways } from '../plan/gateway/used-gateways.ts';
import { Failure, transient } from '../std/failure.ts';
import type { Remembered } from './memory.ts';
import { earlier } from './next-look.ts';
import type { Run } from './world.ts';

/**
 * What this process put at the gateways for a resource that is gone and was not retired by us: somebody else let it go,
 * another operator or a person who took the finalizer off, while we were at work on what we had heard last.
 */

/**
 * Keeps what is known of such resources apart from the one with that uid, which has the name now, if any. Throws a
 * `Conflict` where one is there: the watch is behind, or a list was, and nothing is taken from what is there.
 */
export async function setVanishedApart(key: ReconcileKey, uid: string | undefined, run: Run): Promise<void> {
  const former = run.memory.formerOf(key, uid);
  for (const { kind, uid: gone } of former) {
    if (!(await isThere({ kind, ...key, uid: gone }, run))) continue;
    throw transient('Conflict', `${kind} ${key.namespace}/${key.name} still exists`);
  }
  run.memory.keepFormer(key, uid, former);
}

/**
 * Takes it away, after the reconcile of who has the name now and without harm to what that came to: a former gateway
 * that does not answer is tried again with the next look.
 */
export async function clearVanished(
  key: ReconcileKey,
  uid: string | undefined,
  outcome: Outcome,
  run: Run,
): Promise<Outcome> {
  const left: Remembered[] = [];
  const failures: Failure[] = [];
  for (const look of run.memory.formerOf(key, uid)) {
    const stuck = await clear(look, key, run);
    failures.push(...stuck.map(({ failure }) => failure));
    if (stuck.length > 0) left.push({ ...look, gateways: stuck.map(({ label }) => label) });
  }
  run.memory.keepFormer(key, uid, left);
  const [failure] = failures;
  return failure === undefined ? outcome : withNextTry(outcome, failure, run);
}

/** What may be over when it is tried again. */
async function clear({ kind, uid, gateways }: Remembered, key: ReconcileKey, run: Run): Promise<readonly Stuck[]> {
  const used = usedNow(key, run);
  const owner = { cluster: run.cluster, kind, ...key, uid };
  const stuck: Stuck[] = [];
  for (const label of gateways.filter((one) => !used.includes(one))) {
    const failure = await failureOf(leaveGateway({ gateway: label, known: [], denies: false }, owner, run));
    if (failure === undefined) continue;
    const { reason, message } = failure;
    run.log.warn({ gateway: label, reason, message }, 'cannot clear what a deleted resource left');
    if (failure.class === 'transient') stuck.push({ label, failure });
  }
  return stuck;
}

/** A gateway that could not be cleared. */
interface Stuck {
  /** As `gateway/group`. */
  readonly label: string;
  readonly failure: Failure;
}

async function failureOf(work: Promise<void>): Promise<Failure | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Where the present one has objects under the same marks: what is left over there is its own matter. */
function usedNow(key: ReconcileKey, run: Run): readonly string[] {
  const resource = findResource(key, run.resources);
  const known = run.memory.of(key)?.gateways ?? [];
  return resource === undefined ? known : [...known, ...usedGateways(resource)];
}

/** Nobody has the name now where there is nothing more to do: then the key is for this alone. */
function withNextTry(outcome: Outcome, failure: Failure, run: Run): Outcome {
  if (outcome.kind === 'settled') return toOutcome(failure);
  if (outcome.kind !== 'checkAgain') return outcome;
  return checkAgain(earlier(outcome.at, run.clock.now().add(run.driftInterval)));
}
