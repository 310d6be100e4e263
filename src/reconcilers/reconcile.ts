import type { ConditionType } from '../api/conditions.ts';
import type { Resource } from '../api/kinds.ts';
import type { GatewayConfig } from '../api/operator-config.ts';
import type { Reconcile } from '../controller/controller.ts';
import { type Outcome, settled } from '../controller/outcome.ts';
import { gatewayRefOf } from '../plan/claims.ts';
import { findStandingProof, type StandingProof } from '../plan/standing-proof.ts';
import { gather } from './gather.ts';
import { Progress } from './progress.ts';
import { report } from './report.ts';
import { retire } from './retire.ts';
import { ProofFallen } from './standing.ts';
import { clearVanished, setVanishedApart } from './vanished.ts';
import type { Run, World } from './world.ts';

/** What a kind adds to the shape that a reconcile has. */
export interface Course {
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
 * anything, be it another word of the status, it begins anew and proves, as every later look does.
 */
export function reconcileBy(course: Course, world: World): Reconcile {
  return async (key, context) => {
    const run = { ...world, ...context };
    const resource = gather(key, world.resources);
    const uid = resource?.metadata.uid;
    if (resource === undefined || resource.metadata.deletionTimestamp !== undefined) run.waits.end(key);
    await setVanishedApart(key, uid, run);
    const outcome = resource === undefined ? settled : await visit(course, resource, run);
    return await clearVanished(key, uid, outcome, run);
  };
}

async function visit(course: Course, resource: Resource<unknown>, run: Run): Promise<Outcome> {
  if (resource.metadata.deletionTimestamp !== undefined) return retire(resource, run);
  const isFirst = run.looks.note(resource);
  const proof = isFirst ? findProof(course, resource, run) : undefined;
  const confirmed = proof && (await confirm(course, resource, { ...run, proof }));
  return confirmed ?? follow(course, resource, run);
}

function findProof({ proof: parts, protocol }: Course, resource: Resource<unknown>, run: Run) {
  const [gatewayRef, { namespace }] = [gatewayRefOf(resource), resource.metadata];
  if (!run.gateways.mayUse(gatewayRef, namespace)) return undefined;
  const { dataPlane } = run.gateways.resolve(gatewayRef, namespace);
  return findStandingProof(resource, { parts, dataPlane: dataPlane[protocol] });
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
  return report(resource, progress, run);
}
