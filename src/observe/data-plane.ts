import { probeHeader } from '../nginx/fingerprint.ts';
import type { DataPlaneLook } from '../plan/observed.ts';
import { type HttpCheck, judgeHttpCheck, judgeRefusal } from '../plan/proof/http-checks.ts';
import type { DataPlaneQuestion } from '../plan/steps.ts';
import type { Failure } from '../std/failure.ts';
import type { Observing } from './context.ts';
import { checkAllByTls } from './data-plane-tls.ts';
import { firstWrong, settle } from './settle.ts';

/** Makes every check, again and again until nothing is wrong or the time is up; what was wrong last is the fact. */
export async function lookAtDataPlane(question: DataPlaneQuestion, observing: Observing): Promise<DataPlaneLook> {
  if (question.by === 'https') return await checkAllByTls(question, observing);
  const wrong = await checkAllByHttp(question, observing);
  return wrong === undefined ? {} : { wrong };
}

async function checkAllByHttp(
  { checks, answersAs }: Extract<DataPlaneQuestion, { by: 'http' }>,
  observing: Observing,
): Promise<Failure | undefined> {
  const look = (check: HttpCheck) => checkHttp(check, answersAs, observing);
  return await settle(() => firstWrong(checks, look, observing), observing);
}

async function checkHttp(
  { endpoint: address, path, host, refusal }: HttpCheck,
  answersAs: string | undefined,
  { probes, budget, signal }: Observing,
): Promise<Failure | undefined> {
  const headers = { [probeHeader]: '1' };
  const result = await probes.http({ address, path, host, headers, deadline: budget.deadline }, signal);
  const what = `GET ${path} through ${address.host}:${address.port}`;
  return refusal === undefined ? judgeHttpCheck(result, what, answersAs) : judgeRefusal(result, what, refusal);
}
