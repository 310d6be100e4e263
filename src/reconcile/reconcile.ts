import type { Resource } from '../api/kinds.ts';
import { apply } from '../apply/apply.ts';
import type { Reconcile, ReconcileKey } from '../controller/controller.ts';
import { type Outcome, settled } from '../controller/outcome.ts';
import { look } from '../observe/look.ts';
import { observe, observeAfter } from '../observe/observe.ts';
import { ProbeBudget } from '../observe/probe-budget.ts';
import { findResource } from '../observe/resource.ts';
import type { KindPlan } from '../plan/plan.ts';
import { isSettled, planOf } from '../plan/plan-of.ts';
import { inSlices } from '../std/steps.ts';
import { whatIsKnown } from './known.ts';
import { releaseNeedless } from './needless-children.ts';
import { noteGateway, report } from './report.ts';
import { guarded } from './set-aside.ts';
import { unlessHalted } from './unless-halted.ts';
import { clearVanished, setVanishedApart } from './vanished.ts';
import type { Run, World } from './world.ts';

/** What is left of earlier resources of the name, and then the resource itself, unless it is to be left alone. */
export function reconcileBy<Spec>(kind: KindPlan<Spec>, world: World): Reconcile {
  return (key, context) => {
    const run = { ...world, ...context, budget: new ProbeBudget() };
    return unlessHalted(run, () => reconcile(kind, key, run));
  };
}

async function reconcile<Spec>(kind: KindPlan<Spec>, key: ReconcileKey, run: Run): Promise<Outcome> {
  const resource = findResource(key, run.resources);
  const uid = resource?.metadata.uid;
  if (resource === undefined || resource.metadata.deletionTimestamp !== undefined) run.waits.end(key);
  await setVanishedApart(key, uid, run);
  await releaseNeedless({ kind: kind.kind.kind, ...key }, resource, run);
  const outcome =
    resource === undefined ? settled : await guarded(resource, kind.parts, () => settle(kind, resource, run), run);
  return await clearVanished(key, uid, outcome, run);
}

/** Far more than it takes: a plan that never ends is a defect, and is told as one. */
const roundsAtMost = 50;

/** Observes, plans and applies until there is nothing more to look at or to do; then one status write if it differs. */
async function settle<Spec>(kind: KindPlan<Spec>, resource: Resource<unknown>, run: Run): Promise<Outcome> {
  let observed = await observe(kind, resource, whatIsKnown(kind, resource, run), run);
  for (let round = 0; round < roundsAtMost; round += 1) {
    const plan = await inSlices(planOf(kind, observed, run.clock.now()), run.signal);
    noteGateway(plan, observed, run);
    if (isSettled(plan)) return await report(plan, observed, run);
    const known = { ...observed, standing: plan.standing };
    observed =
      plan.looks.length > 0
        ? await look(plan.looks, known, run)
        : await observeAfter(plan.steps, kind, await apply(plan.steps, known, run), run);
  }
  throw new Error(`the plan for ${resource.kind} ${resource.metadata.name} does not come to an end`);
}
