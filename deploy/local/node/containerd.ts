import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { NodePrograms } from '../install/node-programs.ts';
import type { Processes } from '../processes/processes.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { SetupFailure } from '../setup-failure.ts';
import { addresses } from './addresses.ts';

export interface Containerd {
  readonly socket: string;
  /** Brings the images of an archive, as buildah writes one. */
  load(archive: string): Promise<void>;
}

export interface ContainerdOptions {
  readonly programs: NodePrograms;
  readonly processes: Processes;
  /** On a file system that overlays can be put on. */
  readonly directory: string;
  readonly pauseImage: string;
}

const within = Temporal.Duration.from({ seconds: 30 });

export async function startContainerd({ programs, processes, ...rest }: ContainerdOptions): Promise<Containerd> {
  const { directory, pauseImage } = rest;
  mkdirSync(directory);
  const socket = join(directory, 'containerd.sock');
  const config = join(directory, 'config.toml');
  writeFileSync(config, configuration({ directory, socket, pauseImage, programs }));
  const path = [dirname(programs.shim), dirname(programs.runc), process.env['PATH']].join(':');
  const child = processes.start({
    name: 'containerd',
    command: programs.containerd,
    args: ['--config', config],
    env: { ...process.env, PATH: path },
  });
  const ctr = (...args: readonly string[]) =>
    execa(programs.ctr, ['--address', socket, '--namespace', 'k8s.io', ...args], { reject: false });
  await waitUntil(async () => !(await ctr('version')).failed, { child, within });
  const load = async (archive: string) => {
    const { failed, stderr } = await ctr('images', 'import', archive);
    if (failed) throw new SetupFailure(`The image ${archive} could not be loaded: ${stderr.trim()}`);
  };
  return { socket, load };
}

interface Configuration extends Pick<ContainerdOptions, 'directory' | 'pauseImage' | 'programs'> {
  readonly socket: string;
}

function configuration({ directory, socket, pauseImage, programs }: Configuration): string {
  writeNetworkConfiguration(join(directory, 'cni'));
  const runtime = "plugins.'io.containerd.cri.v1.runtime'";
  return `version = 3
root = '${directory}/root'
state = '${directory}/state'
[grpc]
address = '${socket}'
[plugins.'io.containerd.cri.v1.images']
snapshotter = 'overlayfs'
discard_unpacked_layers = true
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${pauseImage}'
[${runtime}]
# A machine may lack CAP_SYS_RESOURCE, without which runc could not do what kubelet asks for.
restrict_oom_score_adj = true
[${runtime}.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[${runtime}.containerd.runtimes.runc.options]
BinaryName = '${programs.runc}'
SystemdCgroup = false
[${runtime}.cni]
bin_dirs = ['${programs.networkPlugins}']
conf_dir = '${directory}/cni'
`;
}

/** Pods are at a bridge that is their gateway; nothing leaves the node, so nothing is masqueraded. */
function writeNetworkConfiguration(directory: string): void {
  const ipam = {
    type: 'host-local',
    dataDir: join(directory, 'addresses'),
    ranges: [[{ subnet: addresses.pods }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'pods0', isGateway: true, hairpinMode: true, ipam };
  const list = { cniVersion: '1.0.0', name: 'pods', plugins: [bridge] };
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, '10-pods.conflist'), JSON.stringify(list));
}
