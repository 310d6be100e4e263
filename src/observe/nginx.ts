import pMap from 'p-map';
import { canaryOf } from '../issuing/canary.ts';
import type { TlsPair, UpstreamNode } from '../model/gateway-state.ts';
import type { ProbeResult } from '../model/probe-result.ts';
import { fingerprintPath } from '../nginx/fingerprint.ts';
import { refusalOf } from '../plan/nginx/addresses.ts';
import { judgeOtherCa, judgeWithCertificate, judgeWithoutCertificate, type NginxLook } from '../plan/nginx/judge.ts';
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
  const { nodes, other } = question;
  const pair = other && (await canaryOf({ issuer: other.issuer, intermediatesPem: '' }, observing));
  const shown = other && pair && { pair, mustPass: other.mustPass };
  // Each loads all that is trusted, which takes milliseconds for a large bundle.
  const look = (node: UpstreamNode) => lookAt(node, question, shown, observing);
  const lookAtAll = () => pMap(inTurns(nodes, observing.signal), look, { concurrency: nodes.length });
  return await observing.budget.spend(lookAtAll);
}

async function lookAt(
  node: UpstreamNode,
  { serverName, guardedPath, trust, client, leaf, config }: NginxQuestion,
  other: ShownByOther | undefined,
  observing: Observing,
): Promise<NginxLook> {
  const refuses = await refusesAt(node, observing);
  const request = { address: node, serverName, deadline: observing.budget.deadline, refuses };
  const where = `NGINX at ${node.host}:${node.port}`;
  const [invited, uninvited, ofOther] = await Promise.all([
    probe({ ...request, path: fingerprintPath, trust, client }, where, observing),
    probe({ ...request, path: guardedPath }, where, observing),
    other === undefined ? undefined : probe({ ...request, path: guardedPath, client: other.pair }, where, observing),
  ]);
  const look = judgeWithCertificate(invited, where, { leaf, config });
  if (look.finding?.weight === 'stops' || look.finding?.weight === 'fails') return look;
  const finding = judgeWithoutCertificate(uninvited, where);
  if (finding !== undefined) return { ...look, finding };
  if (other === undefined || ofOther === undefined || look.finding !== undefined) return look;
  const mistrust = judgeOtherCa(ofOther, other.mustPass, where);
  return mistrust === undefined ? look : { ...look, finding: mistrust };
}

/** A client certificate of the CA that comes or goes, and whether NGINX is to let it in. */
interface ShownByOther {
  readonly pair: TlsPair;
  readonly mustPass: boolean;
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
