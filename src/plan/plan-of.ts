import { permanent } from '../std/failure.ts';
import type { Steps } from '../std/steps.ts';
import { planDeletion } from './deletion.ts';
import { Draft } from './draft.ts';
import type { Observed } from './observed.ts';
import type { Course, KindPlan, Plan } from './plan.ts';
import { isDoubtful } from './proof/doubt.ts';
import { isStatus, statusAfter } from './status/status.ts';
import { printLook, printStep } from './steps.ts';

/**
 * The plan for what was observed. A proof that was made before stands only where there is nothing to do, and nothing else
 * to be said: whatever differs, all is proven anew.
 */
export function* planOf<Spec>(kind: KindPlan<Spec>, observed: Observed<Spec>, now: Temporal.Instant): Steps<Plan> {
  const { deletion } = observed;
  if (deletion !== undefined) return planDeletion(observed, deletion, now);
  const plan = yield* follow(kind, observed, now);
  if (observed.standing === undefined || doesStand(plan, observed, now)) return plan;
  return yield* follow(kind, { ...observed, standing: undefined }, now);
}

function* follow<Spec>(kind: KindPlan<Spec>, observed: Observed<Spec>, now: Temporal.Instant): Steps<Plan> {
  const draft = new Draft(kind.parts);
  const { conditions = [] } = observed.resource.status;
  if (conditions.some(({ type }) => type === 'Revoked')) draft.expect('Revoked');
  if (isRestricted(observed.parsed)) draft.expect('Authorized');
  const course: Course = { draft, observed, now };
  yield* draft.follow(run(kind, observed, course));
  const { needed, ends } = draft;
  return {
    looks: needed !== undefined && 'looks' in needed ? needed.looks : [],
    steps: needed !== undefined && 'steps' in needed ? needed.steps : [],
    ...{ findings: draft.findings(), ends, standing: observed.standing },
    ...{ watch: course.watch, gateways: course.gateways },
  };
}

function isRestricted(parsed: Observed['parsed']): boolean {
  return parsed.ok && (parsed.value as { readonly authorization?: unknown }).authorization !== undefined;
}

function* run<Spec>(kind: KindPlan<Spec>, { parsed, resource }: Observed<Spec>, course: Course): Steps<void> {
  if (!parsed.ok) throw permanent('InvalidSpec', parsed.findings.map(({ message }) => message).join('; '));
  yield* kind.follow({ ...resource, spec: parsed.value }, course);
}

/** One that this process made stands also where the status says something else of a gateway that is away, or is back. */
function doesStand(plan: Plan, observed: Observed, now: Temporal.Instant): boolean {
  if (plan.steps.length > 0) return false;
  if (plan.looks.length > 0 || observed.standing?.keptUntil !== undefined) return true;
  return isDoubtful(plan.findings, observed) || isStatus(observed.resource, statusAfter(plan.findings, observed, now));
}

export function isSettled({ looks, steps }: Plan): boolean {
  return looks.length === 0 && steps.length === 0;
}

/** For people and golden files. */
export function printPlan({ looks, steps, findings }: Plan): string {
  if (looks.length > 0 || steps.length > 0) return lines([...looks.map(printLook), ...steps.flatMap(printStep)]);
  const { failure, parts } = findings;
  return lines([
    'nothing to do',
    ...parts.map(({ type, status, reason }) => `${type} is ${status} (${reason})`),
    ...(failure === undefined ? [] : [`${failure.class} failure: ${failure.reason}`]),
  ]);
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
