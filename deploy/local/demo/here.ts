import { join } from 'node:path';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { ensureClientPrograms } from '../install/client-programs.ts';
import { ensureControlPlane } from '../install/control-plane.ts';
import { ensureNginx } from '../install/nginx.ts';
import type { Progress } from '../install/progress.ts';
import { installOperatorApi, installPolicies, writeOperatorKubeconfig } from '../parts/access.ts';
import { type Kubectl, kubectlFor } from '../parts/kubectl.ts';
import { startOperator, writeOperatorConfig } from '../parts/operator.ts';
import { publishIpRoute, type StandIn, startStandIn } from '../parts/stand-in.ts';
import { startUpstream } from '../parts/upstream.ts';
import { freePort, preferPort } from '../processes/ports.ts';
import { exportCertificate } from './certificates.ts';
import { type Checked, performAll } from './checks.ts';
import { namespace, type Running, type Script } from './demo.ts';
import { gatewayExample, upstreamExample } from './examples.ts';
import { guideSteps, type Ports } from './guides.ts';
import { leaveCluster } from './leave-cluster.ts';
import { waitUntilReady } from './readiness.ts';
import { checkRenewal } from './renewal.ts';

/** What the steps hand to one another: each gives the part that it adds. */
interface Demo extends Running {
  readonly ports: Ports;
  readonly standIn: StandIn;
}

/** Everything on 127.0.0.1, on any machine. */
export const hereScript: Script<Demo> = {
  steps: [
    { title: 'Install what is missing', run: install },
    { title: 'Start the control plane', run: connectCluster },
    { title: 'Install the CRDs, the policies and the rights of the operator', run: prepareCluster },
    { title: 'Start the gateway stand-in and NGINX', run: startGatewayAndNginx },
    { title: 'Start the operator', run: runOperator },
    { title: 'Apply deploy/examples and wait until both are Ready', run: applyExamples },
  ],
  check,
  curl: 'curl',
  remark: 'Opened here, and refused by default: nodes of upstreams on loopback, where this NGINX listens.',
};

async function install(_: Demo, progress: Progress): Promise<Partial<Demo>> {
  await ensureClientPrograms(progress);
  await ensureNginx(progress);
  return { programs: await ensureControlPlane(progress) };
}

async function connectCluster({ ownCluster, programs, processes, directory }: Demo, progress: Progress) {
  if (ownCluster === undefined) progress('etcd, kube-apiserver and kube-controller-manager');
  const start = () => startControlPlane({ programs, processes, directory: join(directory, 'control-plane') });
  const kubeconfig = ownCluster ?? (await start()).kubeconfig;
  return { kubeconfig, kubectl: kubectlFor(programs.kubectl, kubeconfig) };
}

async function prepareCluster({ kubectl, ownCluster, processes }: Demo) {
  if (ownCluster !== undefined) processes.own({ stop: await leaveCluster(kubectl, namespace) });
  await installOperatorApi(kubectl);
  await installPolicies(kubectl);
  await kubectl(['create', 'namespace', namespace]);
  // The kubeconfig of the user's own cluster is theirs: it is not changed.
  if (ownCluster === undefined) await kubectl(['config', 'set-context', '--current', '--namespace', namespace]);
  return {};
}

async function startGatewayAndNginx({ processes, directory, kubeconfig }: Demo) {
  const ports = {
    gatewayHttps: await preferPort(9443),
    gatewayHttp: await preferPort(9080),
    nginx: await preferPort(8443),
  };
  const dataPlane = { https: ports.gatewayHttps, http: ports.gatewayHttp };
  const standIn = await startStandIn(processes, join(directory, 'gateway'), dataPlane);
  const ipPort = await freePort();
  await publishIpRoute(standIn, 'test.com', ipPort);
  const objects = { namespace, secret: 'mtls-nginx-server', configMap: 'mtls-nginx-nginx' };
  await startUpstream(processes, { kubeconfig, ...objects, directory: join(directory, 'nginx'), ipPort, agent: true });
  return { ports, standIn };
}

async function runOperator({ processes, directory, kubectl, standIn, ownCluster }: Demo) {
  const home = join(directory, 'operator');
  const config = writeOperatorConfig(home, standIn, [namespace], []);
  await startOperator(processes, config, await writeOperatorKubeconfig(kubectl, home));
  // While the operator still runs, so that it can clean up at the gateway.
  if (ownCluster !== undefined) processes.own({ stop: () => removeExamples(kubectl) });
  return {};
}

async function applyExamples({ kubectl, ports }: Demo, progress: Progress) {
  await kubectl(['apply', '-n', namespace, '-f', '-'], `${gatewayExample()}\n---\n${upstreamExample(ports.nginx)}`);
  return { took: await waitUntilReady(kubectl, namespace, Temporal.Duration.from({ minutes: 1 }), progress) };
}

async function check({ kubectl, directory, ports }: Demo): Promise<readonly Checked[]> {
  await exportCertificate(kubectl, 'curl-client', namespace, join(directory, 'curl-client'));
  await exportCertificate(kubectl, 'mtls-nginx-client', namespace, join(directory, 'gateway-client'));
  const guides = guideSteps(ports, directory);
  return [...(await performAll(guides)), await checkRenewal({ kubectl, steps: guides, nginxPort: ports.nginx })];
}

async function removeExamples(kubectl: Kubectl): Promise<void> {
  await kubectl(['delete', 'mtls', '--all', '-n', namespace, '--timeout=60s']);
}
