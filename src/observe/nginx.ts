import pMap from 'p-map';
import { canaryOf, revokedCanary } from '../issuing/canary.ts';
import type { TlsPair, UpstreamNode } from '../model/gateway-state.ts';
import { hasVerified, type ProbeResult } from '../model/probe-result.ts';
import { fingerprintPath } from '../nginx/fingerprint.ts';
import { refusalOf } from '../plan/nginx/addresses.ts';
import {
  judgeOtherCa,
  judgeRevoked,
  judgeWithCertificate,
  judgeWithoutCertificate,
  type NginxLook,
  worstOf,
} from '../plan/nginx/judge.ts';
import type { Addresses, Observed } from '../plan/observed.ts';
import type { NginxQuestion } from '../plan/steps.ts';
import { type ProbeRequest, type Refuses, refusedCode } from '../ports/probe.ts';
import { permanent } from '../std/failure.ts';
import { inTurns } from '../std/steps.ts';
import type { Observing } from './context.ts';

/** Where the hosts are. */
export async function lookAtAddresses(
  hosts: readonly string[],
  { addresses: before }: Observed,
  { addresses, probes, budget, signal }: Observing,
): Promise<Addresses> {
  const known = await addresses.known();
  const lookUp = async (host: string) => [host, await probes.addressesOf(host, budget.deadline, signal)] as const;
  const found = await budget.spend(() => Promise.all(hosts.map(lookUp)));
  return { rules: addresses.rules, known, of: new Map([...(before?.of ?? []), ...found]) };
}

/** Looks at every NGINX: what it serves, and whom it lets in. */
export async function lookAtNginx(question: NginxQuestion, observing: Observing): Promise<readonly NginxLook[]> {
  const { nodes, other, revoked } = question;
  const pair = other && (await canaryOf({ issuer: other.issuer, intermediatesPem: '' }, observing));
  const shown = {
    other: other && pair && { pair, mustPass: other.mustPass },
    revoked: revoked && (await revokedCanary(revoked.issuer, revoked.serial, observing)),
  };
  // Each loads all that is trusted, which takes milliseconds for a large bundle.
  const look = (node: UpstreamNode) => lookAt(node, question, shown, observing);
  const lookAtAll = () => pMap(inTurns(nodes, observing.signal), look, { concurrency: nodes.length });
  return await observing.budget.spend(lookAtAll);
}

async function lookAt(
  node: UpstreamNode,
  { serverName, guardedPath, trust, besideKept, client, leaf, config }: NginxQuestion,
  { other, revoked }: Shown,
  observing: Observing,
): Promise<NginxLook> {
  const refuses = await refusesAt(node, observing);
  const request = { address: node, serverName, deadline: observing.budget.deadline, refuses };
  const where = `NGINX at ${node.host}:${node.port}`;
  const guarded = { ...request, path: guardedPath };
  const [invited, uninvited, ofOther, ofRevoked] = await Promise.all([
    probe({ ...request, path: fingerprintPath, trust, client }, where, observing),
    probe(guarded, where, observing),
    other && probe({ ...guarded, client: other.pair }, where, observing),
    revoked && probe({ ...guarded, client: revoked }, where, observing),
  ]);
  const look = judgeWithCertificate(invited, where, { leaf, config });
  if (look.finding?.weight === 'stops' || look.finding?.weight === 'fails') return look;
  const uninvitedIn = judgeWithoutCertificate(uninvited, where);
  if (uninvitedIn !== undefined) return { ...look, finding: uninvitedIn };
  if (look.finding !== undefined) return look;
  const others = [
    ofRevoked && judgeRevoked(ofRevoked, where),
    other && ofOther && judgeOtherCa(ofOther, other.mustPass, where),
  ];
  const finding = worstOf(others.filter((one) => one !== undefined));
  if (finding !== undefined) return { ...look, finding };
  if (besideKept === undefined) return look;
  const verified = await probe({ ...request, path: fingerprintPath, trust: besideKept, client }, where, observing);
  return { ...look, needsKept: !hasVerified(verified) };
}

/** What a probe shows in place of the gateway's certificate. */
interface Shown {
  /** A client certificate of the CA that comes or goes, and whether NGINX is to let it in. */
  readonly other: { readonly pair: TlsPair; readonly mustPass: boolean } | undefined;
  /** One that is on the list of revoked ones. */
  readonly revoked: TlsPair | undefined;
}

/** For the moment at which the node is connected to. */
async function refusesAt({ port }: UpstreamNode, { addresses }: Observing): Promise<Refuses> {
  const known = await addresses.known();
  return (address) => refusalOf(addresses.rules, known, address, port) !== undefined;
}

/** Why one cannot be reached is told in the log alone. Throws where the name has another address than it had before. */
async function probe(request: ProbeRequest, where: string, { probes, log, signal }: Observing): Promise<ProbeResult> {
  const result = await probes.tls(request, signal);
  if (result.kind !== 'unreachable') return result;
  log.debug({ code: result.code }, `${where} could not be reached`);
  if (result.code !== refusedCode) return result;
  throw permanent('AddressNotAllowed', `spec.service.upstream.nodes: ${where} has an address that is not allowed`);
}
