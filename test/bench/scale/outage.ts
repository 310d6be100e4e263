import { setTimeout as pause } from 'node:timers/promises';
import { countWrites, growth } from './api-client.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { livenessSeconds } from './options.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

/** What it costs to tell all resources of a gateway that it is gone, or back. */
interface TurnFacts {
  /** Until the last one says so. */
  readonly milliseconds: number;
  /** By the API server's own count. */
  readonly writes: Readonly<Record<string, number>>;
  readonly cpuMilliseconds: number;
}

export interface OutageFacts {
  readonly gone: TurnFacts;
  readonly back: TurnFacts;
}

/** Looks at the gateway after which nothing more may be written. */
const moreLooks = 3;

/** The gateway, Admin API and data plane, is frozen and goes on again. */
export async function outage(
  stage: Stage,
  operator: Worker<OperatorHandlers>,
  say: (line: string) => void,
): Promise<OutageFacts> {
  const { gateway, options, readiness } = stage;
  const turn = async (signal: 'SIGSTOP' | 'SIGCONT', count: number): Promise<TurnFacts> => {
    const before = await countWrites(stage.api);
    await operator.ask('reset');
    const begin = performance.now();
    gateway.signal(signal);
    await readiness.until(() => readiness.count === count);
    const milliseconds = performance.now() - begin;
    await pause(moreLooks * livenessSeconds(options) * 1000);
    const { cpuMilliseconds } = await operator.ask('facts');
    return { milliseconds, writes: growth(before, await countWrites(stage.api)), cpuMilliseconds };
  };
  say('freezing the gateway');
  try {
    const gone = await turn('SIGSTOP', 0);
    return { gone, back: await turn('SIGCONT', options.count) };
  } finally {
    gateway.signal('SIGCONT');
  }
}
