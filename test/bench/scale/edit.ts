import { setTimeout as pause } from 'node:timers/promises';
import { paths } from './api-client.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { hostOf, placeOf } from './resources.ts';
import type { Stage } from './stage.ts';
import { totalWrites, watchWrites } from './watch-writes.ts';
import type { Worker } from './worker.ts';

export interface EditFacts {
  /** Medians over the edits, from before the edit on. */
  readonly secretMilliseconds: number;
  readonly readyMilliseconds: number;
  /** To both APIs, for each edit; the edit itself is not one of them. */
  readonly writes: number;
}

const edits = 5;
/** What follows a Ready: a second status, once NGINX serves the new certificate. */
const afterglow = 7_000;

/** Another DNS name for the server certificate of one resource among all, one after another. */
export async function edit(
  stage: Stage,
  operator: Worker<OperatorHandlers>,
  say: (line: string) => void,
): Promise<EditFacts> {
  const latencies: { readonly secret: number; readonly ready: number }[] = [];
  const count = Math.min(edits, stage.options.count);
  say(`editing ${count} of them`);
  const facts = await watchWrites(
    stage,
    () => operator,
    async () => {
      for (let index = 0; index < count; index += 1) latencies.push(await editOne(stage, index));
      await pause(afterglow);
    },
  );
  return {
    secretMilliseconds: median(latencies.map(({ secret }) => secret)),
    readyMilliseconds: median(latencies.map(({ ready }) => ready)),
    writes: totalWrites(facts) / count - 1,
  };
}

async function editOne({ api, readiness }: Stage, index: number) {
  const { namespace, name } = placeOf(index);
  const secret = `${paths.secrets(namespace)}/${name}-server`;
  const certificate = async () => (await api.json<{ data: Record<string, string> }>(secret)).data['tls.crt'];
  const previous = await certificate();
  const dnsNames = [hostOf(name), `edited-${hostOf(name)}`];
  const begin = performance.now();
  const body = JSON.stringify({ spec: { serverCertificate: { dnsNames } } });
  const edited = await api.send('PATCH', `${paths.upstreams(namespace)}/${name}`, body);
  const { generation } = JSON.parse(edited).metadata;
  const ready = readiness.until(() => readiness.isReady(name, generation)).then(() => performance.now() - begin);
  while ((await certificate()) === previous) await pause(2);
  const secretChanged = performance.now() - begin;
  return { secret: secretChanged, ready: await ready };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
