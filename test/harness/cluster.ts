/**
 * One real control plane for all suites of this mocha process, started when the first of them asks and stopped after
 * the last. Suites share it, so each works in namespaces of its own; cluster-wide objects get unique names.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startControlPlane } from '../../deploy/local/control-plane/control-plane.ts';
import { ensureControlPlane } from '../../deploy/local/install/control-plane.ts';
import { ensureOtherKubernetes } from '../../deploy/local/install/other-kubernetes.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import type { OtherKubernetes } from '../../deploy/local/versions.ts';

export interface Cluster {
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  readonly url: string;
  /** Of its own, with the logs of its parts. It goes with the cluster. */
  readonly directory: string;
  /** A new namespace of a name that nobody else has. It goes with the cluster. */
  namespace(): Promise<string>;
  /** Gives what kubectl printed and its exit code; does not throw when it fails. `input` is its stdin: `apply -f -`. */
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<KubectlResult>;
}

interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface ClusterOptions {
  /** Left out: the version that all suites run on. */
  readonly kubernetes?: OtherKubernetes;
  /** More flags of kube-apiserver, told the directory of the cluster: files that they name may be written there. */
  readonly apiServerFlags?: (directory: string) => readonly string[];
}

/** An empty cache is filled first: 5 minutes on 2 cores when Go has to compile everything, and as long for another version. */
const installationTimeout = 30 * 60_000;

let shared: Promise<RunningCluster> | undefined;

/** To be called inside of `describe`; the cluster may be used from its hooks and tests on. */
export function useCluster(): Cluster {
  return useStarted(() => {
    shared ??= startCluster();
    return shared;
  });
}

// Suites load this file before their first `describe`, so this is a hook of the root.
after('stop the control plane', async () => {
  // One that did not start has stopped what it began.
  const running = await shared?.catch(() => undefined);
  await running?.stop();
});

/**
 * The same, of this `describe` alone, and stopped after it. What uses it, as `useWhole`, belongs into a `describe` within,
 * whose hooks end first.
 */
export function useOwnCluster(options: ClusterOptions): Cluster {
  let started: Promise<RunningCluster> | undefined;
  const cluster = useStarted(() => {
    started = startCluster(options);
    return started;
  });
  after('stop its control plane', async () => {
    const running = await started?.catch(() => undefined);
    await running?.stop();
  });
  return cluster;
}

function useStarted(start: () => Promise<RunningCluster>): Cluster {
  let cluster: Cluster | undefined;
  const ready = () => {
    if (cluster === undefined) throw new Error('the cluster is there only from the before hooks of the suite on');
    return cluster;
  };
  before('start the control plane', async function () {
    this.timeout(installationTimeout);
    cluster = await start();
  });
  return {
    get kubeconfig() {
      return ready().kubeconfig;
    },
    get url() {
      return ready().url;
    },
    get directory() {
      return ready().directory;
    },
    namespace: () => ready().namespace(),
    kubectl: (args, options) => ready().kubectl(args, options),
  };
}

interface RunningCluster extends Cluster {
  stop(): Promise<void>;
}

/** Stops what it started when it fails. */
async function startCluster({ kubernetes, apiServerFlags }: ClusterOptions = {}): Promise<RunningCluster> {
  const progress = printProgress(process.stderr);
  const servers = kubernetes && (await ensureOtherKubernetes(kubernetes, progress));
  const programs = { ...(await ensureControlPlane(progress)), ...servers };
  progress.done();

  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-test-'));
  const processes = new Processes(join(directory, 'logs'));
  processes.own({ stop: () => rm(directory, { recursive: true, force: true }) });
  const flags = apiServerFlags?.(directory) ?? [];
  const options = { programs, processes, directory, unsafeNoFsync: true, apiServerFlags: flags };
  try {
    const { kubeconfig, url } = await startControlPlane(options);
    return { kubeconfig, url, directory, ...commandsOf(programs.kubectl, kubeconfig), stop: () => processes.stop() };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

function commandsOf(command: string, kubeconfig: string): Pick<Cluster, 'namespace' | 'kubectl'> {
  const kubectl: Cluster['kubectl'] = async (args, { input = '' } = {}) => {
    const run = await execa(command, ['--kubeconfig', kubeconfig, ...args], { input, reject: false });
    return { stdout: run.stdout, stderr: run.stderr, exitCode: run.exitCode ?? -1 };
  };
  const namespace = async () => {
    const name = `test-${randomBytes(5).toString('hex')}`;
    const { exitCode, stderr } = await kubectl(['create', 'namespace', name]);
    if (exitCode !== 0) throw new Error(`namespace ${name} was not made: ${stderr}`);
    return name;
  };
  return { namespace, kubectl };
}
