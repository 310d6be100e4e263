import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../../deploy/image/bundle.ts';
import { nodeEnvironment, nodeFlags } from '../../../deploy/image/node-process.ts';
import { startControlPlane } from '../../../deploy/local/control-plane/control-plane.ts';
import { ensureControlPlane } from '../../../deploy/local/install/control-plane.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { installOperatorApi, writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { kubectlFor } from '../../../deploy/local/parts/kubectl.ts';
import { Processes } from '../../../deploy/local/processes/processes.ts';
import type { Shard } from '../../../src/election/shard.ts';
import { ApiClient } from './api-client.ts';
import type { GatewayFacts, GatewayHandlers } from './gateway-process.ts';
import type { NginxHandlers } from './nginx-process.ts';
import type { OperatorHandlers } from './operator-process.ts';
import { livenessSeconds, type ScaleOptions } from './options.ts';
import { Readiness } from './readiness.ts';
import { floorNamespace, namespaces } from './resources.ts';
import { Worker } from './worker.ts';

/** Everything that the phases play on. */
export interface Stage {
  readonly options: ScaleOptions;
  readonly logDirectory: string;
  readonly adminKubeconfig: string;
  readonly api: ApiClient;
  readonly gateway: Worker<GatewayHandlers>;
  readonly gatewayFacts: GatewayFacts;
  readonly nginxPort: number;
  readonly readiness: Readiness;
  /** A new life of the operator, of all resources or of a shard. The caller stops it; the end of the stage does too. */
  startOperator(shard?: Shard): Promise<Worker<OperatorHandlers>>;
  stop(): Promise<void>;
}

/** As many as the operator has: of calls to the API server, and of calls to the Admin API. */
export const connections = { api: 16, admin: 8 } as const;

/** etcd with fsync, kube-apiserver with Priority and Fairness and RBAC, kube-controller-manager; the operator with its own rights. */
export async function startStage(options: ScaleOptions): Promise<Stage> {
  const progress = printProgress(process.stderr);
  const programs = await ensureControlPlane(progress);
  progress.done();
  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-bench-'));
  const processes = new Processes(join(directory, 'logs'));
  processes.own({ stop: () => rm(directory, { recursive: true, force: true }) });
  try {
    await mkdir(join(directory, 'logs'), { recursive: true });
    return await build(options, directory, processes, programs);
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function build(
  options: ScaleOptions,
  directory: string,
  processes: Processes,
  programs: Awaited<ReturnType<typeof ensureControlPlane>>,
): Promise<Stage> {
  const controlPlane = await startControlPlane({ programs, processes, directory: join(directory, 'control-plane') });
  const adminKubeconfig = controlPlane.kubeconfig;
  const kubectl = kubectlFor(programs.kubectl, adminKubeconfig);
  await installOperatorApi(kubectl);
  for (const namespace of [...namespaces, floorNamespace]) await kubectl(['create', 'namespace', namespace]);
  const operatorKubeconfig = await writeOperatorKubeconfig(kubectl, directory);

  const logDirectory = join(directory, 'logs');
  const api = ApiClient.forKubeconfig(adminKubeconfig, connections.api);
  processes.own({ stop: () => api.close() });
  const gateway = processes.own(new Worker<GatewayHandlers>({ module: 'gateway-process.ts', logDirectory }));
  const gatewayFacts = await gateway.ask('start', join(directory, 'gateway'));
  const nginx = processes.own(new Worker<NginxHandlers>({ module: 'nginx-process.ts', logDirectory }));
  const { port: nginxPort } = await nginx.ask('start', adminKubeconfig);
  const readiness = processes.own(await Readiness.start(adminKubeconfig));
  // As the image has it: a bundle, under the image's flags and environment.
  const { module } = await bundle('test/bench/scale/operator-process.ts', join(directory, 'operator'));
  const startOperator = async (shard?: Shard) => {
    const flags = operatorFlags(options);
    const operator = processes.own(
      new Worker<OperatorHandlers>({ module, logDirectory, flags, environment: nodeEnvironment }),
    );
    await operator.ask('start', operatorConfig(gatewayFacts, options), operatorKubeconfig, shard);
    return operator;
  };
  const stop = () => processes.stop();
  return {
    ...{ options, logDirectory, adminKubeconfig, api, gateway, gatewayFacts, nginxPort },
    ...{ readiness, startOperator, stop },
  };
}

/** `--expose-gc` only adds the function by which growth of memory is told from garbage. */
function operatorFlags({ profile, flags = nodeFlags }: ScaleOptions): readonly string[] {
  const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  return [...flags, '--expose-gc', ...profiling];
}

/** What an administrator would write, but for the drift interval: each resource shall be looked at once while all is settled. */
function operatorConfig({ adminUrl, tokenFile, caFile, httpPort }: GatewayFacts, options: ScaleOptions): object {
  const dataPlane = { http: [`127.0.0.1:${httpPort}`] };
  const drift = Math.min(300, Math.max(10, Math.round(options.settled * 0.75)));
  return {
    gateways: [{ name: 'default', type: 'api7-ee', adminUrl, tokenFile, caFile, dataPlane }],
    driftInterval: `${drift}s`,
    livenessInterval: `${livenessSeconds(options)}s`,
    upstreamAddresses: { allow: ['127.0.0.0/8'] },
  };
}
