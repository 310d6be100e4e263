/** One Argo CD for all suites of this mocha process, on the control plane that they share, with our settings applied. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureArgoCd } from '../../deploy/local/argocd/program.ts';
import { startArgoCd } from '../../deploy/local/argocd/start.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import { type Cluster, useCluster } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { guideCommand } from './guide.ts';
import { Repository } from './repository.ts';

interface Health {
  readonly status: string;
  readonly message?: string;
}

interface ManagedResource {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly health?: Health;
}

export interface Application {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision: string };
    readonly health?: Health;
    readonly reconciledAt?: string;
    readonly history?: readonly object[];
    readonly resources?: readonly ManagedResource[];
    readonly operationState?: { readonly phase: string; readonly message: string; readonly retryCount?: number };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
  };
}

/** A limit for what is broken: a busy machine takes a minute for what is else done in seconds. */
const within = Temporal.Duration.from({ minutes: 4 });

export class Argo {
  readonly #cluster: Cluster;
  readonly repository: Repository;

  constructor(cluster: Cluster, repository: Repository) {
    this.#cluster = cluster;
    this.repository = repository;
  }

  /** In the namespace of Argo CD. */
  async kubectl(args: readonly string[], input = ''): Promise<string> {
    const { stdout, stderr, exitCode } = await this.#cluster.kubectl(['-n', 'argocd', ...args], { input });
    assert.equal(exitCode, 0, `kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async get(name: string): Promise<Application> {
    return JSON.parse(await this.kubectl(['get', 'application', name, '-o', 'json']));
  }

  /** Waits until the Application has this health, and is synced with this revision, or with any. */
  until(name: string, health: string, revision?: string, limit = within): Promise<Application> {
    return eventually(async () => {
      const application = await this.get(name);
      const { status } = application;
      const seen = JSON.stringify([status?.sync, status?.health, status?.resources, status?.operationState?.message]);
      assert.equal(status?.health?.status, health, seen);
      assert.equal(status?.sync?.status, 'Synced', seen);
      if (revision !== undefined) assert.equal(status?.sync?.revision, revision, seen);
      return application;
    }, limit);
  }

  /** Has it read git and the cluster again, and compare. */
  async refresh(name: string, how: 'normal' | 'hard' = 'normal'): Promise<Application> {
    await this.kubectl(['annotate', 'application', name, `argocd.argoproj.io/refresh=${how}`, '--overwrite']);
    return eventually(async () => {
      const text = await this.kubectl(['get', 'application', name, '-o', 'json']);
      assert.ok(!text.includes('"argocd.argoproj.io/refresh"'), `${name} is not refreshed yet`);
      return JSON.parse(text);
    }, within);
  }

  untilGone(kind: string, name: string, limit = within): Promise<void> {
    return eventually(async () => {
      const found = await this.kubectl(['get', kind, name, '--ignore-not-found', '-o', 'json']);
      assert.equal(found, '', `${kind} ${name} is still there`);
    }, limit);
  }
}

let started: Promise<Argo> | undefined;
let stop = async () => {};

/** To be called inside of `describe`. The first of them waits until Argo CD is built: some minutes. */
export function useArgo(): { readonly argo: Argo } {
  const cluster = useCluster();
  let argo: Argo | undefined;
  before('start Argo CD', async function () {
    this.timeout(20 * 60_000);
    started ??= start(cluster);
    argo = await started;
  });
  return {
    get argo() {
      if (argo === undefined) throw new Error('Argo CD is there only from the before hooks of the suite on');
      return argo;
    },
  };
}

after('stop Argo CD', () => stop());

async function start(cluster: Cluster): Promise<Argo> {
  const progress = printProgress(process.stderr);
  const programs = await ensureArgoCd(progress);
  progress.done();
  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-argocd-'));
  const processes = new Processes(join(directory, 'logs'));
  processes.own({ stop: () => rm(directory, { recursive: true, force: true }) });
  stop = () => processes.stop();
  const argo = new Argo(cluster, await Repository.create(join(directory, 'git')));
  const kubectl = async (args: readonly string[], input = '') => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(args, { input });
    assert.equal(exitCode, 0, `kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await startArgoCd({ programs, processes, directory, kubectl });
  await kubectl(guideCommand('patch configmap'));
  return argo;
}
