import { canaryAs } from '../issuing/canary.ts';
import type { TlsPair } from '../model/gateway-state.ts';
import { probeHeader } from '../nginx/fingerprint.ts';
import type { DataPlaneLook } from '../plan/observed.ts';
import { type HttpCheck, judgeAllowed, judgeHttpCheck, judgeRefusal } from '../plan/proof/http-checks.ts';
import type { AllowedCheck, AllowedClient, DataPlaneQuestion } from '../plan/steps.ts';
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
  { checks, allowed = [], answersAs }: Extract<DataPlaneQuestion, { by: 'http' }>,
  observing: Observing,
): Promise<Failure | undefined> {
  const pairs = new Map<AllowedClient, TlsPair>();
  for (const { client } of allowed) {
    if (!pairs.has(client)) pairs.set(client, await canaryAs(client.request, client.issuer, observing));
  }
  const look = (check: HttpCheck | AllowedCheck) =>
    'client' in check
      ? checkAllowed(check, pairs.get(check.client), answersAs, observing)
      : checkHttp(check, answersAs, observing);
  return await settle(() => firstWrong([...checks, ...allowed], look, observing), observing);
}

const headers = { [probeHeader]: '1' };

async function checkHttp(
  { endpoint: address, path, host, refusal }: HttpCheck,
  answersAs: string | undefined,
  { probes, budget, signal }: Observing,
): Promise<Failure | undefined> {
  const result = await probes.http({ address, path, host, headers, deadline: budget.deadline }, signal);
  const what = `GET ${path} through ${address.host}:${address.port}`;
  return refusal === undefined ? judgeHttpCheck(result, what, answersAs) : judgeRefusal(result, what, refusal);
}

async function checkAllowed(
  { endpoint: address, path, host, refusal }: AllowedCheck,
  client: TlsPair | undefined,
  answersAs: string | undefined,
  { probes, budget, signal }: Observing,
): Promise<Failure | undefined> {
  const request = { address, serverName: host, path, headers, deadline: budget.deadline, ...(client && { client }) };
  const what = `GET ${path} for ${host} through ${address.host}:${address.port}`;
  return judgeAllowed(await probes.tls(request, signal), what, refusal, answersAs);
}
