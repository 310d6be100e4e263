import { canaryOf, foreignCanary } from '../issuing/canary.ts';
import type { TlsPair } from '../model/gateway-state.ts';
import { probeHeader } from '../nginx/fingerprint.ts';
import type { Observed } from '../plan/observed.ts';
import { type HttpVisit, judgeHttpVisit } from '../plan/proof/http-visits.ts';
import { judgeVisit, type Visit } from '../plan/proof/tls-visits.ts';
import type { DataPlaneQuestion } from '../plan/steps.ts';
import type { Failure } from '../std/failure.ts';
import type { Observing } from './context.ts';
import { firstWrong, settle } from './settle.ts';

/** Makes every visit, again and again until nothing is wrong or the time is up; what was wrong last is the fact. */
export async function lookAtDataPlane(
  question: DataPlaneQuestion,
  observing: Observing,
): Promise<NonNullable<Observed['dataPlane']>> {
  const wrong = question.by === 'https' ? await visitTls(question, observing) : await visitHttp(question, observing);
  return wrong === undefined ? {} : { wrong };
}

type Pairs = Readonly<Record<NonNullable<Visit['shows']>, TlsPair | undefined>>;

async function visitTls(
  { visits, issuer, leaf }: Extract<DataPlaneQuestion, { by: 'https' }>,
  observing: Observing,
): Promise<Failure | undefined> {
  const own = issuer === undefined ? undefined : await canaryOf(issuer, observing);
  const pairs: Pairs = { own, foreign: await foreignCanary(observing) };
  const look = (visit: Visit) => knock(visit, pairs, leaf, observing);
  return await settle(() => firstWrong(visits, look, observing), observing);
}

async function knock(
  visit: Visit,
  pairs: Pairs,
  leaf: string,
  { probes, budget, clock, signal }: Observing,
): Promise<Failure | undefined> {
  const { endpoint: address, host: serverName, shows, path } = visit;
  const client = shows === undefined ? undefined : pairs[shows];
  const request = { address, serverName, path, deadline: budget.deadline };
  const result = await probes.tls(client === undefined ? request : { ...request, client }, signal);
  return judgeVisit(result, visit, { sha256Fingerprint: leaf, now: clock.now() });
}

async function visitHttp(
  { visits, answersAs }: Extract<DataPlaneQuestion, { by: 'http' }>,
  observing: Observing,
): Promise<Failure | undefined> {
  const look = (visit: HttpVisit) => ask(visit, answersAs, observing);
  return await settle(() => firstWrong(visits, look, observing), observing);
}

async function ask(
  { endpoint: address, path, host }: HttpVisit,
  answersAs: string | undefined,
  { probes, budget, signal }: Observing,
): Promise<Failure | undefined> {
  const headers = { [probeHeader]: '1' };
  const result = await probes.http({ address, path, host, headers, deadline: budget.deadline }, signal);
  return judgeHttpVisit(result, `GET ${path} through ${address.host}:${address.port}`, answersAs);
}
