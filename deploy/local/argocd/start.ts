/**
 * Argo CD without a node: redis, repo-server, application controller and ApplicationSet controller as processes on
 * 127.0.0.1, against an API server that knows its CRDs. It has a ServiceAccount with the rights that Argo CD's own
 * manifests give it, and takes that API server for the cluster that it runs in.
 */
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Kubectl } from '../parts/kubectl.ts';
import { freePort } from '../processes/ports.ts';
import { Processes, type Stoppable } from '../processes/processes.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { installArgoCd, namespace, writeArgoKubeconfig } from './objects.ts';
import type { ArgoCdPrograms } from './program.ts';

export interface ArgoCdOptions {
  readonly programs: ArgoCdPrograms;
  /** Owns what is started. */
  readonly processes: Processes;
  /** Made if it does not exist. */
  readonly directory: string;
  /** As an administrator. */
  readonly kubectl: Kubectl;
}

const within = Temporal.Duration.from({ minutes: 2 });

/** Resolves when every part serves. Throws a SetupFailure with the log of the one that does not. */
export async function startArgoCd({ programs, processes, directory, kubectl }: ArgoCdOptions): Promise<Stoppable> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await installArgoCd(kubectl, programs.crds);
  const kubeconfig = await writeArgoKubeconfig(kubectl, directory);
  const own = processes.own(new Processes(join(directory, 'logs')));
  try {
    await startParts(programs, { own, directory, kubeconfig });
    return own;
  } catch (error) {
    await own.stop();
    throw error;
  }
}

interface Site {
  readonly own: Processes;
  readonly directory: string;
  readonly kubeconfig: string;
}

async function startParts(programs: ArgoCdPrograms, site: Site): Promise<void> {
  const redis = await startRedis(programs.redis, site);
  const repository = await freePort();
  const ports = { metrics: await freePort(), probe: await freePort() };
  const start = (part: string, ready: number, flags: Flags) =>
    startPart({ part, program: programs.argocd, ready, flags }, site);
  await Promise.all([
    start('argocd-repo-server', repository, {
      ...{ redis, port: repository, address: '127.0.0.1', 'disable-tls': true },
      ...{ 'metrics-address': '127.0.0.1', 'metrics-port': await freePort() },
    }),
    start('argocd-application-controller', ports.metrics, {
      ...{ redis, 'repo-server': `127.0.0.1:${repository}`, 'repo-server-plaintext': true },
      ...{ 'metrics-port': ports.metrics, namespace, 'persist-resource-health': true },
    }),
    start('argocd-applicationset-controller', ports.probe, {
      ...{ 'argocd-repo-server': `127.0.0.1:${repository}`, 'repo-server-plaintext': true, namespace },
      ...{
        'probe-addr': `127.0.0.1:${ports.probe}`,
        'metrics-addr': '0',
        'webhook-addr': `127.0.0.1:${await freePort()}`,
      },
      ...{ 'enable-progressive-syncs': true },
    }),
  ]);
}

async function startRedis(command: string, { own, directory }: Site): Promise<string> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const child = own.start({ name: 'redis', command, args });
  await waitUntil(() => accepts(port), { child, within });
  return `127.0.0.1:${port}`;
}

type Flags = Readonly<Record<string, string | number | boolean>>;

interface Part {
  readonly part: string;
  readonly program: string;
  /** Where it listens when it is ready. */
  readonly ready: number;
  readonly flags: Flags;
}

async function startPart({ part, program, ready, flags }: Part, { own, directory, kubeconfig }: Site): Promise<void> {
  const empty = join(directory, 'empty');
  mkdirSync(empty, { recursive: true });
  const child = own.start({
    name: part,
    command: program,
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      TMPDIR: directory,
      KUBECONFIG: kubeconfig,
      ARGOCD_BINARY_NAME: part,
      // The cluster that it runs in is the one of KUBECONFIG.
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: empty,
      ARGOCD_SSH_DATA_PATH: empty,
    },
  });
  await waitUntil(() => accepts(ready), { child, within });
}

/** Rejects while nothing listens there. */
function accepts(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port }, () => resolve(true));
  socket.once('error', reject);
  return promise.finally(() => socket.destroy());
}
