import { join } from 'node:path';
import { request } from 'undici';
import type { Child } from '../processes/child.ts';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { startOnFreePort } from './start-on-port.ts';

export interface Etcd {
  readonly child: Child;
  readonly url: string;
}

export interface EtcdOptions {
  readonly command: string;
  readonly processes: Processes;
  readonly directory: string;
  readonly unsafeNoFsync: boolean;
}

const within = Temporal.Duration.from({ seconds: 20 });

/** One member, alone. */
export function startEtcd({ command, processes, directory, unsafeNoFsync }: EtcdOptions): Promise<Etcd> {
  const start = async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const peerUrl = `http://127.0.0.1:${await freePort()}`;
    const args = [
      `--data-dir=${join(directory, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      ...(unsafeNoFsync ? ['--unsafe-no-fsync'] : []),
    ];
    return { url, child: processes.start({ name: 'etcd', command, args }) };
  };
  const isHealthy = async (url: string) => {
    const { statusCode, body } = await request(`${url}/health`);
    await body.dump();
    return statusCode === 200;
  };
  return startOnFreePort(start, ({ url, child }) => waitUntil(() => isHealthy(url), { child, within }));
}
