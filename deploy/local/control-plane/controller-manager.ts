import { join } from 'node:path';
import type { Processes } from '../processes/processes.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { type ApiServer, askApiServer } from './api-server.ts';
import { type Credentials, writeKubeconfig } from './credentials.ts';

export interface ControllerManagerOptions {
  readonly command: string;
  readonly processes: Processes;
  readonly credentials: Credentials;
  readonly directory: string;
  readonly apiServer: ApiServer;
}

const within = Temporal.Duration.from({ seconds: 60 });

/** Ready when the service account of the default namespace can get a token: then its controllers are at work. */
export async function startControllerManager(options: ControllerManagerOptions): Promise<void> {
  const { command, processes, credentials, apiServer } = options;
  const child = processes.start({ name: 'kube-controller-manager', command, args: controllerManagerFlags(options) });
  const handsOutTokens = async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    return (await askApiServer(apiServer, credentials, { path, method: 'POST', body })) === 201;
  };
  await waitUntil(handsOutTokens, { child, within });
}

function controllerManagerFlags({ credentials, directory, apiServer }: ControllerManagerOptions): readonly string[] {
  const kubeconfig = writeKubeconfig(join(directory, 'controller-manager.kubeconfig'), {
    user: 'kube-controller-manager',
    token: credentials.controllerManagerToken,
    url: apiServer.url,
    ca: apiServer.ca,
  });
  return [
    `--kubeconfig=${kubeconfig}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${credentials.serviceAccountKeyFile}`,
    `--root-ca-file=${apiServer.caFile}`,
    '--leader-elect=false',
    // At the default of 20 a second the accounts of its 40 controllers alone take 5 s.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    // Nobody asks it anything, so it listens nowhere.
    '--secure-port=0',
  ];
}
