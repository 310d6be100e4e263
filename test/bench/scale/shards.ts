import { owns } from '../../../src/election/shard.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { placeOf } from './resources.ts';
import { restingMemory } from './resting-memory.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

/** Of one operator at rest, bytes, with a part of the resources. */
export interface ShardFacts {
  readonly resources: number;
  readonly rss: number;
  readonly heap: number;
  /** Since its start: what it took to fill its caches and to look at each of its resources. */
  readonly cpuMilliseconds: number;
}

const parts = 2;

/** One operator with all of a world in which nothing is to be done, then one for each half of it. */
export async function compareShards(
  stage: Stage,
  say: (line: string) => void,
): Promise<{ readonly whole: ShardFacts; readonly halves: readonly ShardFacts[] }> {
  const [whole] = await measure(stage, 1);
  const halves = await measure(stage, parts);
  say(`${parts} shards are settled`);
  if (whole === undefined) throw new Error('one operator was to be measured');
  return { whole, halves };
}

async function measure(stage: Stage, count: number): Promise<readonly ShardFacts[]> {
  const places = Array.from({ length: stage.options.count }, (_, index) => placeOf(index));
  const shards = Array.from({ length: count }, (_, index) => ({ index, count }));
  const facts: ShardFacts[] = [];
  const operators: Worker<OperatorHandlers>[] = [];
  for (const shard of shards) {
    const operator = await stage.startOperator(shard);
    operators.push(operator);
    const resources = places.filter((place) => owns(shard, place)).length;
    await operator.ask('untilReconciled', resources);
    const { cpuMilliseconds } = await operator.ask('facts');
    const { rss, heap } = await restingMemory(operator);
    facts.push({ resources, rss, heap, cpuMilliseconds });
  }
  for (const operator of operators) await operator.stop();
  return facts;
}
