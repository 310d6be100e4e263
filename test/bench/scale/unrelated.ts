import { paths } from './api-client.ts';
import { inFlight } from './in-flight.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { nameOf, namespaces } from './resources.ts';
import { restingMemory } from './resting-memory.ts';
import type { Stage } from './stage.ts';
import type { Worker } from './worker.ts';

export interface UnrelatedFacts {
  readonly count: number;
  /** Bytes, garbage collected before and after. */
  readonly rssGrowth: number;
}

/** 1 MiB as base64 is what a Secret may hold at most. */
const octets = 1_000_000;
const creators = 4;

/** Secrets of others beside ours: what they cost an operator that has no business with them. */
export async function addUnrelated(
  stage: Stage,
  operator: Worker<OperatorHandlers>,
  say: (line: string) => void,
): Promise<UnrelatedFacts> {
  const { api, options } = stage;
  say(`creating ${options.unrelatedSecrets} Secrets of 1 MB that are not ours`);
  const { rss: before } = await restingMemory(operator);
  const text = Buffer.alloc(octets, 'unrelated ')
    .toString('base64')
    .slice(0, octets - (octets % 4));
  await inFlight(options.unrelatedSecrets, creators, async (index) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: nameOf('unrelated', index) }, data: { text } };
    const namespace = namespaces[index % namespaces.length] ?? '';
    await api.send('POST', paths.secrets(namespace), JSON.stringify(secret));
  });
  const { rss: after } = await restingMemory(operator);
  return { count: options.unrelatedSecrets, rssGrowth: after - before };
}
