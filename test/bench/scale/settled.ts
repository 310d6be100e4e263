import { setTimeout as pause } from 'node:timers/promises';
import type { OperatorHandlers } from './operator-process.ts';
import type { Stage } from './stage.ts';
import { type WriteFacts, watchWrites } from './watch-writes.ts';
import type { Worker } from './worker.ts';

/** What still comes after the last Ready, such as the second look at what was just written. */
const afterglow = 3_000;

export interface SettledFacts extends WriteFacts {
  /** Bytes that are in use when garbage has been collected. */
  readonly heap: number;
}

export async function settle(
  stage: Stage,
  operator: Worker<OperatorHandlers>,
  say: (line: string) => void,
): Promise<SettledFacts> {
  const { settled } = stage.options;
  await pause(afterglow);
  await operator.ask('reset');
  say(`watching for writes for ${settled} s`);
  const facts = await watchWrites(
    stage,
    () => operator,
    () => pause(settled * 1000),
  );
  await operator.ask('collectGarbage');
  return { ...facts, heap: (await operator.ask('facts')).memory.heap };
}
