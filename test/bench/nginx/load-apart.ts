import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Tallies, Target } from './load.ts';

/** `startLoad` in a thread of its own. */
export function startLoadApart(target: Target, rate: number): { stop(): Promise<Tallies> } {
  const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: { target, rate } });
  return {
    stop: async () => {
      worker.postMessage('stop');
      const [tallies] = await once(worker, 'message');
      await worker.terminate();
      return tallies;
    },
  };
}
