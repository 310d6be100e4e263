import type { Resource } from '../../api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../api/mtls-upstream.ts';
import type { UpstreamNode } from '../../model/gateway-state.ts';
import { kindOfHost, refusalOf } from '../../plan/addresses.ts';
import { addressesOf, type Refuses } from '../../probe/lookup.ts';
import { permanent } from '../../std/failure.ts';
import type { Run } from '../world.ts';

/**
 * Before anything connects to a node, and before the gateway is told of it: a permanent failure where one is at an address
 * that is refused. Names are looked up, and again when they are connected to; those of a proof that stands were.
 */
export async function requireAddresses({ spec }: Resource<MtlsUpstreamSpec>, run: Run): Promise<void> {
  const { nodes } = spec.service.upstream;
  const judgeAll = () => Promise.all(nodes.map((node) => objectionTo(node, run)));
  const refusals = (await run.probes.spend(judgeAll)).flatMap((found) => found ?? []);
  if (refusals.length === 0) return;
  const told = [...new Set(refusals)].slice(0, 3).join('; ');
  throw permanent('AddressNotAllowed', `spec.service.upstream.nodes: ${told}`);
}

/** For the moment at which the node is connected to. */
export async function refusesAt({ port }: UpstreamNode, { addresses }: Run): Promise<Refuses> {
  const known = await addresses.known();
  return (address) => refusalOf(addresses.rules, known, address, port) !== undefined;
}

async function objectionTo({ host, port }: UpstreamNode, { addresses, probes, proof, signal }: Run) {
  const kind = kindOfHost(host);
  if (kind === 'ambiguous')
    return `${host} can be read as different addresses: write four decimal numbers, like 10.0.0.7`;
  if (kind === 'name' && proof !== undefined) return undefined;
  const known = await addresses.known();
  const found = await addressesOf(host, probes.deadline, signal);
  const [refusal] = found.flatMap((address) => refusalOf(addresses.rules, known, address, port) ?? []);
  if (refusal === undefined) return undefined;
  return kind === 'name' ? `${host}:${port} has an address that ${refusal}` : `${host}:${port} ${refusal}`;
}
