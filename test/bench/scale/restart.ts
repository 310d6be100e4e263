import type { OperatorHandlers } from './operator-process.ts';
import type { Stage } from './stage.ts';
import { type WriteFacts, watchWrites } from './watch-writes.ts';
import type { Worker } from './worker.ts';

export interface RestartFacts extends WriteFacts {
  /** From the start of the process until each resource has been reconciled. */
  readonly milliseconds: number;
}

/** A new life of the operator, in a world where nothing is to be done. */
export async function restart(
  stage: Stage,
  say: (line: string) => void,
): Promise<{ readonly operator: Worker<OperatorHandlers>; readonly facts: RestartFacts }> {
  let operator: Worker<OperatorHandlers> | undefined;
  let milliseconds = 0;
  const started = () => {
    if (operator === undefined) throw new Error('the operator was not started');
    return operator;
  };
  const facts = await watchWrites(stage, started, async () => {
    const begin = performance.now();
    operator = await stage.startOperator();
    await operator.ask('untilReconciled', stage.options.count);
    milliseconds = performance.now() - begin;
  });
  say(`settled ${(milliseconds / 1000).toFixed(1)} s after a restart`);
  return { operator: started(), facts: { ...facts, milliseconds } };
}
