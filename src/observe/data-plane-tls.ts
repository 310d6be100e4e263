import pMap from 'p-map';
import { endpointText } from '../api/operator-config.ts';
import { canaryOf, foreignCanary } from '../issuing/canary.ts';
import type { TlsPair } from '../model/gateway-state.ts';
import { hasVerified, type TlsSession } from '../model/probe-result.ts';
import type { DataPlaneLook } from '../plan/observed.ts';
import { judgeTlsCheck, type TlsCheck } from '../plan/proof/tls-checks.ts';
import type { DataPlaneQuestion } from '../plan/steps.ts';
import type { Failure } from '../std/failure.ts';
import type { Observing } from './context.ts';
import { firstWrong, settle } from './settle.ts';

type TlsQuestion = Extract<DataPlaneQuestion, { by: 'https' }>;

/** What all checks of a question share. */
interface Asking extends Pick<TlsQuestion, 'leaf' | 'other'> {
  readonly pairs: Readonly<Record<NonNullable<TlsCheck['shows']>, TlsPair | undefined>>;
}

/** What clients meet who make a TLS connection. */
export async function checkAllByTls(question: TlsQuestion, observing: Observing): Promise<DataPlaneLook> {
  const { checks, issuer, other, besideKept, leaf } = question;
  const own = issuer === undefined ? undefined : await canaryOf(issuer, observing);
  const ofOther = other && (await canaryOf({ issuer: other.issuer, intermediatesPem: '' }, observing));
  const asking = { leaf, other, pairs: { own, other: ofOther, foreign: await foreignCanary(observing) } };
  const look = (check: TlsCheck) => checkTls(check, asking, observing);
  const wrong = await settle(() => firstWrong(checks, look, observing), observing);
  if (wrong !== undefined) return { wrong };
  const sessions = wereSessionsOffered(checks, asking, observing) ? { areSessionsRefused: true as const } : {};
  if (besideKept === undefined) return sessions;
  const isVerified = (check: TlsCheck) => verifies(check, besideKept, own, observing);
  const verified = await observing.budget.spend(() => pMap(onePerPlace(checks), isVerified, { concurrency }));
  return { ...sessions, needsKept: !verified.every(Boolean) };
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

async function checkTls(check: TlsCheck, asking: Asking, observing: Observing): Promise<Failure | undefined> {
  const { probes, budget, clock, signal, keptSessions } = observing;
  const { endpoint: address, host: serverName, shows, pair, path, mustPass } = check;
  const client = pair ?? (shows === undefined ? undefined : asking.pairs[shows]);
  // Who is revoked may have a connection or a session.
  const again = pair === undefined ? {} : ({ again: true } as const);
  const keep = shows === 'other' && mustPass ? ({ keep: true } as const) : {};
  const session = check.resumes === true ? sessionFor(check, asking, observing) : undefined;
  const request = { address, serverName, path, deadline: budget.deadline, ...again, ...keep, session };
  const result = await probes.tls(client === undefined ? request : { ...request, client }, signal);
  if (result.kind === 'answered' && result.session !== undefined)
    keptSessions.keep(whose(check, asking), result.session);
  return judgeTlsCheck(result, check, { sha256Fingerprint: asking.leaf, now: clock.now() });
}

/** By every check that could: what is left of them afterwards was there before. */
function wereSessionsOffered(checks: readonly TlsCheck[], asking: Asking, observing: Observing): boolean {
  const resuming = checks.filter(({ resumes }) => resumes);
  return resuming.length > 0 && resuming.every((check) => sessionFor(check, asking, observing) !== undefined);
}

function sessionFor(check: TlsCheck, asking: Asking, { keptSessions }: Observing): TlsSession | undefined {
  return keptSessions.find(whose(check, asking));
}

/** Of clients of one CA, at one host of one address. */
function whose({ endpoint: { host, port }, host: name }: TlsCheck, { other }: Asking): readonly unknown[] {
  return [host, port, name, other?.issuer.facts.sha256Fingerprint];
}
