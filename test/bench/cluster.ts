import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlPlane } from '../../deploy/local/control-plane/control-plane.ts';
import { ensureControlPlane } from '../../deploy/local/install/control-plane.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import { installOperatorApi, writeOperatorKubeconfig } from '../../deploy/local/parts/access.ts';
import { kubectlFor } from '../../deploy/local/parts/kubectl.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';
import { ApiClient } from './scale/api-client.ts';

/** A cluster of the bench alone, as it is before an operator is there. */
export interface BenchCluster {
  readonly directory: string;
  readonly processes: Processes;
  readonly kubeconfig: string;
  readonly url: string;
  readonly operatorKubeconfig: string;
  readonly api: ApiClient;
}

/** As many calls at once as the bench makes. */
const connections = 16;

/** Runs `work` on a cluster with the CRDs, the operator's rights and these namespaces; nothing of it is left after. */
export async function withCluster<Result>(
  namespaces: readonly string[],
  work: (cluster: BenchCluster) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-bench-'));
  const processes = new Processes(join(directory, 'logs'));
  processes.own({ stop: () => rm(directory, { recursive: true, force: true }) });
  try {
    return await work(await build(directory, processes, namespaces));
  } finally {
    await processes.stop();
  }
}

async function build(directory: string, processes: Processes, namespaces: readonly string[]): Promise<BenchCluster> {
  const progress = printProgress(process.stderr);
  const programs = await ensureControlPlane(progress);
  progress.done();
  const options = { programs, processes, directory: join(directory, 'control-plane') };
  const { kubeconfig, url } = await startControlPlane(options);
  const kubectl = kubectlFor(programs.kubectl, kubeconfig);
  await installOperatorApi(kubectl);
  for (const namespace of namespaces) await kubectl(['create', 'namespace', namespace]);
  const operatorKubeconfig = await writeOperatorKubeconfig(kubectl, directory);
  const api = ApiClient.forKubeconfig(kubeconfig, connections);
  processes.own({ stop: () => api.close() });
  return { directory, processes, kubeconfig, url, operatorKubeconfig, api };
}
