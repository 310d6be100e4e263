import { paths, sum } from './api-client.ts';
import { inFlight } from './in-flight.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { anUpstreamAt, hostOf, type Place, placeOf } from './resources.ts';
import { restingMemory } from './resting-memory.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

export interface ChurnFacts {
  readonly rounds: number;
  /** In the rounds that are counted. */
  readonly reconciles: number;
  /** Bytes in use without garbage after the last round, beyond those after the last of `warmUp`. */
  readonly heapGrowth: number;
}

/** Rounds in which what is bounded fills up: caches, code, the book of Events. */
const warmUp = 5;
const editors = 8;
/** One of so many is deleted and made anew in a round, the others are edited. */
const deletedOneOf = 5;

/** What a year of edits and deletions would leave in memory, in short: each round gives each resource a new certificate. */
export async function churn(
  stage: Stage,
  operator: Worker<OperatorHandlers>,
  say: (line: string) => void,
): Promise<ChurnFacts> {
  const rounds = warmUp + stage.options.churn;
  const heaps: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round === warmUp) await operator.ask('reset');
    await play(stage, round);
    const { heap } = await restingMemory(operator);
    heaps.push(heap);
    say(`round ${round + 1} of ${rounds}: ${(heap / 1e6).toFixed(2)} MB of heap without garbage`);
  }
  const { reconciles } = await operator.ask('facts');
  const [before = 0, after = 0] = [heaps[warmUp - 1], heaps.at(-1)];
  return { rounds: stage.options.churn, reconciles: sum(reconciles), heapGrowth: after - before };
}

async function play(stage: Stage, round: number): Promise<void> {
  await inFlight(stage.options.count, editors, async (index) => {
    const place = placeOf(index);
    const generation =
      index % deletedOneOf === round % deletedOneOf ? await makeAnew(place, stage) : await edit(place, round, stage);
    await stage.readiness.until(() => stage.readiness.isReady(place.name, generation));
  });
}

async function edit({ namespace, name }: Place, round: number, { api }: Stage): Promise<number> {
  const dnsNames = [hostOf(name), `round-${round}-${hostOf(name)}`];
  const body = JSON.stringify({ spec: { serverCertificate: { dnsNames } } });
  return generationOf(await api.send('PATCH', `${paths.upstreams(namespace)}/${name}`, body));
}

async function makeAnew(place: Place, { api, readiness, nginxPort }: Stage): Promise<number> {
  const { namespace, name } = place;
  await api.send('DELETE', `${paths.upstreams(namespace)}/${name}`);
  await readiness.until(() => readiness.isGone(name));
  return generationOf(
    await api.send('POST', paths.upstreams(namespace), JSON.stringify(anUpstreamAt(place, nginxPort))),
  );
}

function generationOf(answer: string): number {
  return JSON.parse(answer).metadata.generation;
}
