/**
 * `npm run bench -- rotation`: CAs that are rotated, and taken back, under requests and with an operator that is killed
 * again and again. Gateways and NGINX are real ones; see docs/performance.md.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { withCluster } from '../cluster.ts';
import type { Figure } from '../figure.ts';
import { paths } from '../scale/api-client.ts';
import { type Combination, combinations, gatewayManifest, namespace, upstreamManifest } from './combinations.ts';
import type { Play } from './course.ts';
import { figuresOf, type Result, resultFor } from './figures.ts';
import { seededRandom } from './killing.ts';
import { parseRotationOptions, type RotationOptions } from './options.ts';
import { outageOf } from './outage.ts';
import { play, say } from './play.ts';
import { BenchResource } from './resource.ts';
import { buildStage, type Stage } from './stage.ts';

export async function benchRotation(flags: readonly string[]): Promise<readonly Figure[]> {
  const options = parseRotationOptions(flags);
  return withCluster([namespace], async (cluster) => {
    const stage = await buildStage(cluster);
    await stage.operator.start();
    for (const combination of combinations) await create(combination, stage);
    for (const combination of combinations) await ready(combination, stage);
    return figuresOf(await playAll(options, stage));
  });
}

async function create(combination: Combination, { api, ports }: Stage): Promise<void> {
  const { kind, name } = combination;
  const isGateway = kind === 'MtlsGateway';
  const manifest = isGateway ? gatewayManifest(combination) : upstreamManifest(combination, ports.get(name) ?? [0, 0]);
  const path = isGateway ? paths.gateways(namespace) : paths.upstreams(namespace);
  await api.send('POST', path, JSON.stringify(manifest));
}

const patience = 90_000;

async function ready(combination: Combination, { api }: Stage): Promise<void> {
  const resource = new BenchResource(api, combination);
  const deadline = performance.now() + patience;
  while (!(await resource.isReady())) {
    if (performance.now() > deadline)
      throw new Error(`${combination.name} is not Ready: ${JSON.stringify((await resource.status()).conditions)}`);
    await sleep(100);
  }
}

async function playAll(options: RotationOptions, stage: Stage): Promise<readonly Result[]> {
  const results = combinations.map(resultFor);
  const random = seededRandom(options.seed);
  const does = [
    ...Array.from({ length: options.rotations }, () => 'rotation' as const),
    ...Array.from({ length: options.rollbacks }, () => 'rollback' as const),
  ];
  for (const [index, what] of does.entries()) {
    const result = results[index % results.length];
    if (result === undefined) continue;
    const { combination, tallies } = result;
    const outage = outageOf(index, combination);
    const wanted: Play = { combination, does: what, outage, rate: options.rate, random, tallies };
    const begun = performance.now();
    const played = await play(wanted, stage);
    result.note(wanted, played);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(
      `${index + 1} of ${does.length}: ${what} of ${combination.kind} ${combination.name}, ${outage}: ${seconds} s, ${played.kills.length} kills`,
    );
  }
  return results;
}
