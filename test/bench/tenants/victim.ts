import { setTimeout as pause } from 'node:timers/promises';
import type { Status } from '../../../src/api/status.ts';
import { aGateway } from '../../harness/given.ts';
import { paths } from '../scale/api-client.ts';
import { anUpstreamAt, hostOf, nameOf, namespaces } from '../scale/resources.ts';
import type { Stage } from '../scale/stage.ts';

export type Kind = 'MtlsGateway' | 'MtlsUpstream';

/** Delays of somebody in another namespace, in milliseconds, ordered. */
export type Delays = readonly number[];

const [, namespace = ''] = namespaces;
const many = 9;
const patience = 180_000;
let made = 0;

/** What a resource is waited for; the bench has no TLS data plane, so that an MtlsGateway is not proven there. */
const awaited: Readonly<Record<Kind, string>> = { MtlsGateway: 'GatewaySynced', MtlsUpstream: 'Ready' };

/** Creates resources one after another, and measures each until it is in force. */
export async function measureVictim(kind: Kind, stage: Stage): Promise<Delays> {
  const delays: number[] = [];
  for (let index = 0; index < many; index += 1) delays.push(await measureOne(kind, stage));
  return delays.toSorted((one, other) => one - other);
}

export function median(delays: Delays): number {
  return delays[Math.floor(delays.length / 2)] ?? Number.NaN;
}

async function measureOne(kind: Kind, { api, nginxPort }: Stage): Promise<number> {
  const name = nameOf('victim', made++);
  const collection = kind === 'MtlsGateway' ? paths.gateways(namespace) : paths.upstreams(namespace);
  const body =
    kind === 'MtlsGateway' ? aGateway({ name, hosts: [hostOf(name)] }) : anUpstreamAt({ namespace, name }, nginxPort);
  const begin = performance.now();
  await api.send('POST', collection, JSON.stringify(body));
  for (;;) {
    const { status } = await api.json<{ readonly status?: Status }>(`${collection}/${name}`);
    const elapsed = performance.now() - begin;
    if (status?.conditions?.some(({ type, status: is }) => type === awaited[kind] && is === 'True')) return elapsed;
    if (elapsed > patience) throw new Error(`${name} is not in force after ${patience / 1000} s`);
    await pause(5);
  }
}
