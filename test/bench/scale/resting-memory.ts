import { setTimeout as pause } from 'node:timers/promises';
import type { OperatorFacts, OperatorHandlers } from './operator-process.ts';
import type { Worker } from './worker.ts';

/** What the operator holds when it is calm and its garbage is gone: growth is told by this. */
export async function restingMemory(operator: Worker<OperatorHandlers>): Promise<OperatorFacts['memory']> {
  await operator.ask('collectGarbage');
  await pause(2_000);
  await operator.ask('collectGarbage');
  return (await operator.ask('facts')).memory;
}
