/**
 * `npm run bench -- scale`: N MtlsUpstreams on a real API server with the operator as a process of its own. What the
 * gateway and the NGINX of this bench are, and why, is told in docs/performance.md.
 */
import type { Figure } from '../figure.ts';
import { churn } from './churn.ts';
import { createAll } from './create.ts';
import { edit } from './edit.ts';
import {
  churnFigures,
  creationFigures,
  editFigures,
  outageFigures,
  restartFigures,
  settledFigures,
  shardFigures,
  unrelatedFigures,
} from './figures.ts';
import { measureFloor } from './floor.ts';
import { parseScaleOptions, type ScaleOptions } from './options.ts';
import { outage } from './outage.ts';
import { restart } from './restart.ts';
import { settle } from './settled.ts';
import { compareShards } from './shards.ts';
import { type Stage, startStage } from './stage.ts';
import { addUnrelated } from './unrelated.ts';

export async function benchScale(flags: readonly string[]): Promise<readonly Figure[]> {
  const options = parseScaleOptions(flags);
  const stage = await startStage(options);
  try {
    return await play(stage);
  } finally {
    await stage.stop();
  }
}

async function play(stage: Stage): Promise<readonly Figure[]> {
  const { count, phases } = stage.options;
  const wants = (phase: ScaleOptions['phases'][number]) => phases.includes(phase);
  const figures: Figure[] = [];
  const first = await stage.startOperator();
  say(`creating ${count} MtlsUpstreams`);
  const created = await createAll(stage, first);
  say(`all Ready after ${(created.milliseconds / 1000).toFixed(1)} s`);
  if (wants('settled')) figures.push(...settledFigures(await settle(stage, first, say)));
  await first.stop();
  const second = await restart(stage, say);
  if (wants('restart')) figures.push(...restartFigures(second.facts, count));
  if (wants('edit')) figures.push(...editFigures(await edit(stage, second.operator, say)));
  if (wants('churn')) figures.push(...churnFigures(await churn(stage, second.operator, say)));
  if (wants('unrelated')) figures.push(...unrelatedFigures(await addUnrelated(stage, second.operator, say)));
  if (wants('outage')) figures.push(...outageFigures(await outage(stage, second.operator, say), count));
  await second.operator.stop();
  if (wants('shards')) figures.push(...shardFigures(await compareShards(stage, say)));
  const floor = wants('floor') ? await measureFloor(stage) : undefined;
  if (floor !== undefined) say(`the floor took ${(floor.milliseconds / 1000).toFixed(1)} s`);
  return [...creationFigures(created, floor, count), ...figures];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
