/**
 * `npm run bench -- tenants`: how long somebody waits for a resource while a tenant in another namespace keeps the
 * operator busy, as a ratio to how long it takes without. Both are measured in one run, on the stage of `scale`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { paths } from '../scale/api-client.ts';
import { parseScaleOptions } from '../scale/options.ts';
import { type Stage, startStage } from '../scale/stage.ts';
import { type Attack, attacker, attacks, makeConfigMaps, resources } from './attacks.ts';
import { type Delays, measureVictim, median } from './victim.ts';

/** Until all workers that an attack can get have it. */
const rampUp = 5000;
const betweenEdits = 50;
const atMost = 3;

export async function benchTenants(): Promise<readonly Figure[]> {
  const stage = await startStage(parseScaleOptions([]));
  try {
    await makeConfigMaps(stage);
    const figures: Figure[] = [];
    for (const attack of attacks) figures.push(...(await play(attack, stage)));
    return figures;
  } finally {
    await stage.stop();
  }
}

/** Each with a life of the operator of its own, of which nothing is left for the next. */
async function play(attack: Attack, stage: Stage): Promise<readonly Figure[]> {
  const operator = await stage.startOperator();
  await measureVictim(attack.kind, stage);
  say(`measuring without, then with ${attack.name}`);
  const without = await measureVictim(attack.kind, stage);
  const end = await begin(attack, stage);
  try {
    await pause(rampUp);
    await operator.ask('reset');
    const during = await measureVictim(attack.kind, stage);
    const { loopDelay } = await operator.ask('facts');
    return figuresOf(attack, without, during, loopDelay.max);
  } finally {
    await end();
    await operator.stop();
  }
}

async function begin({ kind, resource, isEdited }: Attack, stage: Stage): Promise<() => Promise<void>> {
  const { api } = stage;
  const collection = kind === 'MtlsGateway' ? paths.gateways(attacker) : paths.upstreams(attacker);
  const all = Array.from({ length: resources }, (_, index) => resource(index, stage) as Named);
  for (const one of all) await api.send('POST', collection, JSON.stringify(one));
  const stop = new AbortController();
  const edits = isEdited ? editAll(stage, collection, all, stop.signal) : Promise.resolve();
  return async () => {
    stop.abort();
    await edits;
    for (const { metadata } of all) await api.send('DELETE', `${collection}/${metadata.name}`);
    const left = async () => (await api.json<{ readonly items: readonly unknown[] }>(collection)).items.length;
    while ((await left()) > 0) await pause(betweenEdits);
  };
}

interface Named {
  readonly metadata: { readonly name: string };
}

async function editAll({ api }: Stage, collection: string, all: readonly Named[], signal: AbortSignal): Promise<void> {
  for (let edit = 0; !signal.aborted; edit += 1) {
    const { name } = all[edit % all.length]?.metadata ?? { name: '' };
    const body = JSON.stringify({ spec: { verification: { path: `/${edit}` } } });
    await api.send('PATCH', `${collection}/${name}`, body);
    await pause(betweenEdits);
  }
}

function figuresOf({ name }: Attack, without: Delays, during: Delays, longestTurn: number): readonly Figure[] {
  const ratio = median(during) / median(without);
  return [
    { name: `${name}:`, value: ratio, unit: 'times', target: { atMost } },
    { name: '  without, median', value: median(without), unit: 'ms' },
    { name: '  with, median', value: median(during), unit: 'ms' },
    { name: '  with, longest', value: during.at(-1) ?? Number.NaN, unit: 'ms' },
    { name: '  event loop delay, longest', value: longestTurn, unit: 'ms' },
  ];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
