import { countWrites, growth, paths } from './api-client.ts';
import { inFlight } from './in-flight.ts';
import type { OperatorFacts, OperatorHandlers } from './operator-process.ts';
import { anUpstreamAt, placeOf } from './resources.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

export interface CreationFacts {
  /** From the first create to the last Ready. */
  readonly milliseconds: number;
  /** By the API server's own count, without the creates of the MtlsUpstreams. */
  readonly writes: Readonly<Record<string, number>>;
  /** By the gateway's own count; reads too. */
  readonly admin: Readonly<Record<string, number>>;
  /** Bytes before the first create. */
  readonly rssBefore: number;
  readonly operator: OperatorFacts;
}

/** As many as kubectl and its like have under way when they apply a directory. */
const creators = 8;

/** Creates them all, as fast as the API server takes them, and waits until all are Ready. */
export async function createAll(stage: Stage, operator: Worker<OperatorHandlers>): Promise<CreationFacts> {
  const { api, nginxPort, readiness, options } = stage;
  const before = await countWrites(api);
  await operator.ask('reset');
  const { rss: rssBefore } = (await operator.ask('facts')).memory;
  const begin = performance.now();
  await inFlight(options.count, creators, async (index) => {
    const place = placeOf(index);
    await api.send('POST', paths.upstreams(place.namespace), JSON.stringify(anUpstreamAt(place, nginxPort)));
  });
  await readiness.until(() => readiness.count === options.count);
  const milliseconds = performance.now() - begin;
  // A watch tells of a write before its answer is there, and the API server counts it with the answer.
  await operator.ask('untilReconciled', options.count);
  const { 'POST mtlsupstreams': _, ...writes } = growth(before, await countWrites(api));
  const [admin, facts] = [await stage.gateway.ask('requests'), await operator.ask('facts')];
  return { milliseconds, writes, admin, rssBefore, operator: facts };
}
