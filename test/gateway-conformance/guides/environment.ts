/** What stands around the gateway: a control plane, the operator as users run it, and NGINX with kubelet's part. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startControlPlane } from '../../../deploy/local/control-plane/control-plane.ts';
import { ensureControlPlane } from '../../../deploy/local/install/control-plane.ts';
import type { Progress } from '../../../deploy/local/install/progress.ts';
import { installOperatorApi, writeOperatorKubeconfig } from '../../../deploy/local/parts/access.ts';
import { type Kubectl, kubectlFor } from '../../../deploy/local/parts/kubectl.ts';
import { startOperator } from '../../../deploy/local/parts/operator.ts';
import { startUpstream } from '../../../deploy/local/parts/upstream.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import type { Processes } from '../../../deploy/local/processes/processes.ts';
import type { Target } from '../target.ts';
import { names } from './resources.ts';

export const namespace = 'mtls-conformance';

/** Longer than anybody waits: an operator that gives up would leave objects behind, and nobody would be told. */
const deletionDeadline = '1h';

/** NGINX is beside the operator, at whatever address the gateway reaches it. */
const upstreamAddresses = { allow: ['0.0.0.0/0', '::/0'] };

const endpoint = ({ host, port }: Target['https']) => `${host}:${port}`;

function writeConfig(directory: string, target: Target): string {
  const { type, admin, tokenFile, caFile, https, http, group } = target;
  // Where groups cannot be looked up, the configuration names the only one.
  const only = type === 'apisix' || admin.token.startsWith('a7adm-') ? { group } : {};
  const dataPlane = { https: [endpoint(https)], http: [endpoint(http)] };
  const gateway = { name: 'default', type, adminUrl: admin.url, tokenFile, dataPlane, ...only };
  const gateways = [{ ...gateway, ...(caFile === undefined ? {} : { caFile }) }];
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'config.yaml');
  writeFileSync(file, stringify({ gateways, driftInterval: '10s', deletionDeadline, upstreamAddresses }), {
    mode: 0o600,
  });
  return file;
}

/** Gives kubectl, when the operator is running. The parts belong to `processes`. */
export async function startEnvironment(
  target: Target,
  processes: Processes,
  directory: string,
  tell: Progress,
): Promise<Kubectl> {
  const programs = await ensureControlPlane(tell);
  tell('etcd, kube-apiserver and kube-controller-manager');
  const { kubeconfig } = await startControlPlane({
    programs,
    processes,
    directory: join(directory, 'control-plane'),
    unsafeNoFsync: true,
  });
  const kubectl = kubectlFor(programs.kubectl, kubeconfig);
  await installOperatorApi(kubectl);
  await kubectl(['create', 'namespace', namespace]);
  tell('NGINX and the operator');
  const objects = { namespace, secret: names.nginxServer, configMap: names.nginxConfig };
  await startUpstream(processes, {
    kubeconfig,
    ...objects,
    directory: join(directory, 'nginx'),
    ipPort: await freePort(),
  });
  const home = join(directory, 'operator');
  await startOperator(processes, writeConfig(home, target), await writeOperatorKubeconfig(kubectl, home));
  return kubectl;
}
