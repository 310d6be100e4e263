import pMap from 'p-map';
import { endpointText } from '../api/operator-config.ts';
import { canaryOf, foreignCanary } from '../issuing/canary.ts';
import type { TlsPair } from '../model/gateway-state.ts';
import { hasVerified } from '../model/probe-result.ts';
import { probeHeader } from '../nginx/fingerprint.ts';
import type { DataPlaneLook } from '../plan/observed.ts';
import { type HttpCheck, judgeHttpCheck, judgeRefusal } from '../plan/proof/http-checks.ts';
import { judgeTlsCheck, type TlsCheck } from '../plan/proof/tls-checks.ts';
import type { DataPlaneQuestion } from '../plan/steps.ts';
import type { Failure } from '../std/failure.ts';
import type { Observing } from './context.ts';
import { firstWrong, settle } from './settle.ts';

/** Makes every check, again and again until nothing is wrong or the time is up; what was wrong last is the fact. */
export async function lookAtDataPlane(question: DataPlaneQuestion, observing: Observing): Promise<DataPlaneLook> {
  if (question.by === 'https') return await checkAllByTls(question, observing);
  const wrong = await checkAllByHttp(question, observing);
  return wrong === undefined ? {} : { wrong };
}

type Pairs = Readonly<Record<NonNullable<TlsCheck['shows']>, TlsPair | undefined>>;

async function checkAllByTls(
  { checks, issuer, other, besideKept, leaf }: Extract<DataPlaneQuestion, { by: 'https' }>,
  observing: Observing,
): Promise<DataPlaneLook> {
  const own = issuer === undefined ? undefined : await canaryOf(issuer, observing);
  const ofOther = other && (await canaryOf({ issuer: other.issuer, intermediatesPem: '' }, observing));
  const pairs: Pairs = { own, other: ofOther, foreign: await foreignCanary(observing) };
  const look = (check: TlsCheck) => checkTls(check, pairs, leaf, observing);
  const wrong = await settle(() => firstWrong(checks, look, observing), observing);
  if (wrong !== undefined) return { wrong };
  if (besideKept === undefined) return {};
  const isVerified = (check: TlsCheck) => verifies(check, besideKept, pairs.own, observing);
  const verified = await observing.budget.spend(() => pMap(onePerPlace(checks), isVerified, { concurrency }));
  return { needsKept: !verified.every(Boolean) };
}

const concurrency = 8;

/** The certificate is one for each address and host, whoever asks. */
function onePerPlace(checks: readonly TlsCheck[]): readonly TlsCheck[] {
  return [...new Map(checks.map((check) => [`${endpointText(check.endpoint)} ${check.host}`, check])).values()];
}

/** Whether a client that trusts these alone verifies the gateway. */
async function verifies(
  { endpoint: address, host: serverName, path }: TlsCheck,
  trust: readonly string[],
  client: TlsPair | undefined,
  { probes, budget, signal }: Observing,
): Promise<boolean> {
  const request = { address, serverName, path, trust, deadline: budget.deadline, ...(client && { client }) };
  return hasVerified(await probes.tls(request, signal));
}

async function checkTls(
  check: TlsCheck,
  pairs: Pairs,
  leaf: string,
  { probes, budget, clock, signal }: Observing,
): Promise<Failure | undefined> {
  const { endpoint: address, host: serverName, shows, pair, path } = check;
  const client = pair ?? (shows === undefined ? undefined : pairs[shows]);
  // Who is revoked may have a connection or a session.
  const again = pair === undefined ? {} : ({ again: true } as const);
  const request = { address, serverName, path, deadline: budget.deadline, ...again };
  const result = await probes.tls(client === undefined ? request : { ...request, client }, signal);
  return judgeTlsCheck(result, check, { sha256Fingerprint: leaf, now: clock.now() });
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
