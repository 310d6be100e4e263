import type { ConditionType } from '../api/conditions.ts';
import type { Resource } from '../api/kinds.ts';
import type { GatewayConfig } from '../api/operator-config.ts';
import type { Reconcile, ReconcileKey } from '../controller/controller.ts';
import { type Outcome, settled } from '../controller/outcome.ts';
import { gatewayRefOf } from '../plan/claims.ts';
import { findStandingProof, type StandingProof } from '../plan/standing-proof.ts';
import { shorter } from '../std/duration.ts';
import { gather } from './gather.ts';
import { releaseNeedless } from './held-children.ts';
import { takenOverFor } from './next-look.ts';
import { ProbeBudget } from './probe-budget.ts';
import { Progress } from './progress.ts';
import { report } from './report.ts';
import { retire } from './retire.ts';
import { guarded } from './set-aside.ts';
import { ProofFallen, unlessHalted } from './standing.ts';
import { clearVanished, setVanishedApart } from './vanished.ts';
import type { Run, World } from './world.ts';

/** What a kind adds to the shape that a reconcile has. */
export interface Course {
  readonly kind: string;
  /** Conditions of the kind, in the order in which they are worked on. */
  readonly parts: readonly ConditionType[];
  /** Those of them that rest on probes. */
  readonly proof: readonly ConditionType[];
  /** Which addresses of the data plane are probed. */
  readonly protocol: keyof GatewayConfig['dataPlane'];
  /** Part after part; throws what ends it. */
  readonly walk: (resource: Resource<unknown>, progress: Progress, run: Run) => Promise<void>;
}

/**
 * Gather, then the course of the kind, then the report. The first look of a process at a resource goes on with the proof
 * that its status tells of, so that a start does not probe everything at once; as soon as it would have to write
 * anything, be it another word of the status, it begins anew and proves, as every later look does. So does a look while
 * the gateway cannot be read, and the first one after that, but that these write what the status says of the gateway.
 */
export function reconcileBy(course: Course, world: World): Reconcile {
  return (key, context) => unlessHalted(world, () => reconcile(course, key, { ...world, ...context }));
}

async function reconcile(course: Course, key: ReconcileKey, given: Omit<Run, 'probes'>): Promise<Outcome> {
  const run = { ...given, probes: new ProbeBudget() };
  const resource = gather(key, given.resources);
  const uid = resource?.metadata.uid;
  if (resource === undefined || resource.metadata.deletionTimestamp !== undefined) run.waits.end(key);
  await setVanishedApart(key, uid, run);
  await releaseNeedless({ kind: course.kind, ...key }, resource, run);
  const outcome =
    resource === undefined ? settled : await guarded(resource, course.parts, () => visit(course, resource, run), run);
  return await clearVanished(key, uid, outcome, run);
}

async function visit(course: Course, resource: Resource<unknown>, run: Run): Promise<Outcome> {
  if (resource.metadata.deletionTimestamp !== undefined) return retire(resource, run);
  const isFirst = run.looks.note(resource);
  const outage = findOutage(course, resource, run);
  const present = outage === undefined ? run : { ...run, outage };
  const proof = isFirst ? findProof(course, resource, run) : findKeptProof(course, resource, present);
  const confirmed = proof && (await confirm(course, resource, { ...present, proof }));
  return confirmed ?? follow(course, resource, present);
}

/** Of a gateway that the resource may use. */
function findOutage({ protocol }: Course, resource: Resource<unknown>, { gateways, reachability }: Run) {
  const ref = gatewayRefOf(resource);
  const isAllowed = gateways.mayUse(ref, resource.metadata.namespace);
  return isAllowed ? reachability.outageOf(ref.name, protocol) : undefined;
}

function findProof({ proof: parts, protocol }: Course, resource: Resource<unknown>, run: Run) {
  const [gatewayRef, { namespace }] = [gatewayRefOf(resource), resource.metadata];
  if (!run.gateways.mayUse(gatewayRef, namespace)) return undefined;
  const { dataPlane } = run.gateways.resolve(gatewayRef, namespace);
  return findStandingProof(resource, { parts, dataPlane: dataPlane[protocol] });
}

/** What this process has proven stands while its gateway is away, and when it is back, as long as it would have stood. */
function findKeptProof(course: Course, resource: Resource<unknown>, run: Run): StandingProof | undefined {
  const { provenUntil: keptUntil, inOutage } = run.looks.of(resource.metadata) ?? {};
  if (keptUntil === undefined || Temporal.Instant.compare(keptUntil, run.clock.now()) <= 0) return undefined;
  const proof = run.outage !== undefined || inOutage ? findProof(course, resource, run) : undefined;
  return proof && { ...proof, keptUntil };
}

/** Undefined: the proof does not stand. Nothing has been written then. */
async function confirm(
  course: Course,
  resource: Resource<unknown>,
  run: Run & { readonly proof: StandingProof },
): Promise<Outcome | undefined> {
  try {
    return await follow(course, resource, run);
  } catch (error) {
    if (error instanceof ProofFallen) return undefined;
    throw error;
  }
}

async function follow({ parts, walk }: Course, resource: Resource<unknown>, run: Run): Promise<Outcome> {
  const progress = new Progress(parts, run.clock.now());
  await progress.walk(() => walk(resource, progress, run));
  const outcome = await report(resource, progress, run);
  if (run.proof?.keptUntil === undefined && progress.failure === undefined) noteProof(resource, progress, run);
  return outcome;
}

/** How long what was proven, or taken over from an earlier process, will do. */
function noteProof(resource: Resource<unknown>, { startedAt }: Progress, { looks, proof, proofInterval }: Run): void {
  looks.prove(resource, startedAt.add(proof === undefined ? proofInterval : shorter(takenOverFor, proofInterval)));
}
