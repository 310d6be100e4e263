import type { Cast } from '../harness/node/cast.ts';

/** Performs the steps of both guides from a pod; gives a sentence for each that does not hold. */
export async function failedSteps(cast: Cast): Promise<readonly string[]> {
  const checked = await cast.check();
  return checked
    .filter(({ verdict }) => !verdict.passed)
    .map(({ step, verdict }) => `${step.id}: ${verdict.gave}; the guide says ${step.says}`);
}
