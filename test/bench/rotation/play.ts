import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, ways } from './caller.ts';
import { type ClientName, type Combination, clientNames, hostOf } from './combinations.ts';
import { Course, type Play } from './course.ts';
import type { KillState } from './killing.ts';
import { have } from './outage.ts';
import { BenchResource } from './resource.ts';
import type { Stage } from './stage.ts';
import { Traffic } from './traffic.ts';

export interface Played {
  /** In which state each was. */
  readonly kills: readonly KillState[];
  /** With the certificate of the former CA, once that was retired, by way: whether it was answered. */
  readonly passedAfter: Readonly<Record<string, boolean>>;
}

/** One rotation, or one that is taken back, from the order until all is settled. */
export async function play(wanted: Play, stage: Stage): Promise<Played> {
  const resource = new BenchResource(stage.api, wanted.combination);
  const callers = await callersOf(wanted.combination, resource, stage);
  const traffic = new Traffic([...callers.values()], wanted.rate, wanted.tallies, say);
  try {
    await sleep(500);
    const outage = have(wanted.outage, wanted.combination, stage);
    const kills = await new Course(wanted, { resource, callers, traffic, stage }).run();
    await outage;
    await sleep(500);
    const isRetired = wanted.does === 'rotation' && wanted.combination.kind === 'MtlsGateway';
    const passedAfter = isRetired ? await tryAll(callers.get('never')) : {};
    return { kills, passedAfter };
  } finally {
    await traffic.stop();
    for (const caller of callers.values()) caller.close();
  }
}

/** The clients of a gateway with what is in their Secrets now; of an MtlsUpstream the gateway is the client. */
async function callersOf(
  { kind, gateway, path }: Combination,
  resource: BenchResource,
  { standIns }: Stage,
): Promise<Map<ClientName | 'anybody', Caller>> {
  const { httpPort, httpsPort } = standIns[gateway];
  const host = hostOf(gateway);
  if (kind === 'MtlsUpstream') {
    return new Map([['anybody', new Caller('anybody', { host: '127.0.0.1', port: httpPort, path })]]);
  }
  const target = { host: '127.0.0.1', port: httpsPort, path, servername: host, headers: { host } };
  const callers = new Map<ClientName | 'anybody', Caller>();
  for (const name of clientNames) callers.set(name, new Caller(name, target, await resource.pairOf(name)));
  return callers;
}

async function tryAll(caller: Caller | undefined): Promise<Readonly<Record<string, boolean>>> {
  const passed: Record<string, boolean> = {};
  for (const way of ways) passed[way] = (await caller?.ask('GET', way))?.status === 200;
  return passed;
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
