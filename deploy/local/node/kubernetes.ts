/** What makes a node of a machine with containerd: kubelet, the scheduler and the proxy. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { NodePrograms } from '../install/node-programs.ts';
import type { Processes } from '../processes/processes.ts';
import { addresses } from './addresses.ts';

export const nodeName = 'node';
export const users = {
  kubelet: `system:node:${nodeName}`,
  scheduler: 'system:kube-scheduler',
  proxy: 'system:kube-proxy',
} as const;

export interface KubernetesOptions {
  readonly programs: NodePrograms;
  readonly processes: Processes;
  readonly directory: string;
  readonly controlPlane: ControlPlane;
  readonly containerdSocket: string;
  /** Below the root of each hierarchy. */
  readonly cgroup: string;
}

export function startKubernetes(options: KubernetesOptions): void {
  startKubelet(options);
  startScheduler(options);
  startProxy(options);
}

function startKubelet(options: KubernetesOptions): void {
  const { programs, processes, directory } = options;
  const root = join(directory, 'kubelet');
  mkdirSync(root);
  const config = join(root, 'config.json');
  writeFileSync(config, JSON.stringify(kubeletConfiguration(options)));
  processes.start({
    name: 'kubelet',
    command: programs.kubelet,
    args: [
      `--kubeconfig=${kubeconfigOf(options, users.kubelet)}`,
      `--config=${config}`,
      `--root-dir=${root}`,
      `--cert-dir=${join(root, 'certificates')}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${addresses.node}`,
    ],
  });
}

const kubeletConfiguration = ({ containerdSocket, cgroup, directory }: KubernetesOptions) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  // Whoever reaches it is in the node's own network: the API server, and pods of ours.
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  address: addresses.node,
  healthzPort: 0,
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`,
  enforceNodeAllocatable: [],
  failSwapOn: false,
  // Pods are not thrown out since the machine is full of other things.
  evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
  imageGCHighThresholdPercent: 100,
  oomScoreAdj: 0,
  protectKernelDefaults: true,
  podLogsDir: join(directory, 'pod-logs'),
  // Volumes follow within seconds.
  syncFrequency: '1s',
  nodeStatusUpdateFrequency: '5s',
  shutdownGracePeriod: '0s',
});

function startScheduler(options: KubernetesOptions): void {
  const args = [
    `--kubeconfig=${kubeconfigOf(options, users.scheduler)}`,
    '--leader-elect=false',
    '--secure-port=0',
    // It looks up by itself who may ask it; nobody does.
    `--authentication-skip-lookup`,
  ];
  options.processes.start({ name: 'kube-scheduler', command: options.programs['kube-scheduler'], args });
}

function startProxy(options: KubernetesOptions): void {
  const { programs, processes, directory } = options;
  const config = join(directory, 'kube-proxy.json');
  const configuration = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: kubeconfigOf(options, users.proxy) },
    mode: 'nftables',
    clusterCIDR: addresses.pods,
    hostnameOverride: nodeName,
    // Values of the whole machine.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    oomScoreAdj: 0,
  };
  writeFileSync(config, JSON.stringify(configuration));
  const path = [dirname(programs.nft), process.env['PATH']].join(':');
  processes.start({
    name: 'kube-proxy',
    command: programs['kube-proxy'],
    args: [`--config=${config}`],
    env: { ...process.env, PATH: path },
  });
}

function kubeconfigOf({ controlPlane }: KubernetesOptions, user: string): string {
  const path = controlPlane.kubeconfigs.get(user);
  if (path === undefined) throw new Error(`the control plane knows no ${user}`);
  return path;
}
