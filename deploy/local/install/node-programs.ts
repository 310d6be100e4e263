/**
 * The programs that make a node of a machine, beside those of the control plane: kubelet, scheduler and proxy of the
 * same sources, containerd, and what the distribution has. Published archives are not asked: the scheduler is only in
 * one of 400 MB, and what is compiled for the control plane already leaves half a minute of work.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from '../setup-failure.ts';
import { ensureBuilt, type Tool } from '../tools/built-tool.ts';
import { versions } from '../versions.ts';
import { cacheDirectory, hostPlatform, installing } from './cache.ts';
import { installPackages } from './debian.ts';
import { ensureDebianPrograms } from './debian-programs.ts';
import { buildPrograms } from './go-build.ts';
import { requireNodeMachine } from './node-machine.ts';
import { findIn, type NodeProgramName, nodeProgramNames } from './programs.ts';
import type { Progress } from './progress.ts';

type KubernetesPrograms = Readonly<Record<NodeProgramName, string>>;

export interface NodePrograms extends KubernetesPrograms {
  readonly containerd: string;
  readonly ctr: string;
  /** containerd looks for its shims in its PATH. */
  readonly shim: string;
  readonly runc: string;
  readonly ip: string;
  readonly nft: string;
  /** The plugins `bridge`, `host-local` and `loopback` lie in it. */
  readonly networkPlugins: string;
}

const fromDebian = { runc: 'runc', ip: 'iproute2', nft: 'nftables' };
/** Debian's place for the package containernetworking-plugins, which buildah brings. */
const networkPlugins = '/usr/lib/cni';

/** Everything that starting a node takes; at once when the cache is full. Throws a SetupFailure. */
export async function ensureNodePrograms(progress: Progress, cache = cacheDirectory()): Promise<NodePrograms> {
  requireNodeMachine();
  const distribution = await ensureDebianPrograms(fromDebian, { purpose: 'A node with pods', progress });
  await ensureNetworkPlugins(progress);
  const kubernetes = await ensureKubernetes(progress, cache);
  const containerd = await ensureBuilt(containerdTool('containerd'), progress, cache);
  const ctr = await ensureBuilt(containerdTool('ctr'), progress, cache);
  const shim = await ensureBuilt(containerdTool('containerd-shim-runc-v2'), progress, cache);
  return { ...kubernetes, containerd, ctr, shim, ...distribution, networkPlugins };
}

/** A program of deploy/local/node/go.mod. */
const containerdTool = (name: string): Tool => ({
  name,
  version: versions.containerd,
  package: `github.com/containerd/containerd/v2/cmd/${name}`,
  directory: join(import.meta.dirname, '../node'),
  // Snapshots on file systems that need C libraries.
  tags: 'no_btrfs,no_zfs,no_devmapper',
});

async function ensureNetworkPlugins(progress: Progress): Promise<void> {
  const isThere = () => existsSync(join(networkPlugins, 'bridge'));
  if (isThere()) return;
  await installPackages(['containernetworking-plugins'], { because: 'A node with pods needs CNI plugins', progress });
  if (!isThere()) throw new SetupFailure(`No CNI plugin is in ${networkPlugins}: install containernetworking-plugins.`);
}

async function ensureKubernetes(progress: Progress, cache: string): Promise<KubernetesPrograms> {
  const directory = join(cache, `node-${versions.kubernetes}-${hostPlatform}`);
  const found = findIn(directory, nodeProgramNames);
  if (isComplete(found)) return found;
  return installing(cache, progress, async (partial) => {
    // Another process may have built them while we waited for it.
    const meanwhile = findIn(directory, nodeProgramNames);
    if (isComplete(meanwhile)) return meanwhile;
    const search = { cache, partial, logFile: join(cache, 'build.log'), progress };
    const built = await buildPrograms(nodeProgramNames, search);
    mkdirSync(directory, { recursive: true });
    for (const [name, path] of Object.entries(built)) renameSync(path, join(directory, name));
    const kept = findIn(directory, nodeProgramNames);
    if (!isComplete(kept)) throw new Error('the build gave not all programs of a node');
    return kept;
  });
}

function isComplete(programs: Partial<KubernetesPrograms>): programs is KubernetesPrograms {
  return nodeProgramNames.every((name) => programs[name] !== undefined);
}
