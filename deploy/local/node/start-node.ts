/**
 * A node with real pods on this machine, in namespaces of its own: no rule, bridge or mount of it is seen outside, and
 * with its first process it is gone, its cgroups too. Needs Linux and root. main.ts is what runs inside.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensureControlPlane } from '../install/control-plane.ts';
import { ensureNodePrograms, type NodePrograms } from '../install/node-programs.ts';
import type { Programs } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';
import { jsonLine } from '../parts/json-line.ts';
import { type Kubectl, kubectlFor } from '../parts/kubectl.ts';
import type { Child } from '../processes/child.ts';
import { Processes, type Stoppable } from '../processes/processes.ts';
import { SetupFailure } from '../setup-failure.ts';
import { forward, type Target } from './forwarding.ts';
import type { Image } from './image.ts';
import { layoutOf } from './layout.ts';
import { buildPauseImage } from './pause-image.ts';

/** A running node. What `forward` opened ends with it. */
export interface Node extends Stoppable {
  /** Of the administrator, for programs outside. */
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** What to put before a command that is to run in the node's network: pods and Services are reached there. */
  readonly enter: readonly string[];
  readonly logs: string;
  /** A port of 127.0.0.1 that leads to an address in the node's network; always the same one. */
  forward(target: Target): Promise<number>;
  load(image: Image): Promise<void>;
}

export interface NodeOptions {
  readonly processes: Processes;
  /** Made if it does not exist, and to be empty. */
  readonly directory: string;
  readonly progress: Progress;
}

const program = join(import.meta.dirname, 'main.ts');
const within = Temporal.Duration.from({ minutes: 3 });

/**
 * The first shell waits for the end of the node in a session of its own, where no signal to our group reaches it, and
 * removes the cgroups, the deepest first. The last one is the first process of the namespace: it outlives SIGTERM, which
 * its child gets too, and collects whatever loses its parent.
 */
const launch = `
setsid sh -c '
  tail --pid="$1" -f /dev/null
  tries=0
  while [ "$tries" -lt 100 ] && [ -n "$(find /sys/fs/cgroup -depth -type d -name "$2" -print -quit)" ]; do
    find /sys/fs/cgroup -depth -type d -path "*/$2*" -exec rmdir {} + || sleep 0.1
    tries=$((tries + 1))
  done
' sh $$ "$1" </dev/null >/dev/null 2>&1 &
shift
exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private sh -c '
  trap : TERM
  "$@" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do wait "$child"; ended=$?; done
  exit "$ended"
' sh "$@"
`;

/** Resolves when the node is Ready. Throws a SetupFailure, also where this machine cannot be a node. */
export async function startNode({ processes, directory, progress }: NodeOptions): Promise<Node> {
  const controlPlane = await ensureControlPlane(progress);
  const programs = { ...controlPlane, ...(await ensureNodePrograms(progress)) };
  const pause = await buildPauseImage(progress);
  progress('starting the node');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const own = processes.own(new Processes(layoutOf(directory).logs));
  try {
    const child = launchNode(own, directory, pause);
    const ready = await jsonLine(child, ({ event }) => event === 'ready', within);
    return await openNode({ own, directory, child, programs, ready });
  } catch (error) {
    await own.stop();
    throw error;
  }
}

function launchNode(processes: Processes, directory: string, pause: Image): Child {
  const cgroup = `mtls-operator-${randomBytes(6).toString('hex')}`;
  const flags = { directory, cgroup, 'pause-image': pause.reference, 'pause-archive': pause.archive };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  const command = [process.execPath, program, ...args];
  return processes.start({ name: 'node', command: 'sh', args: ['-c', launch, 'sh', cgroup, ...command] });
}

interface Opening {
  readonly own: Processes;
  readonly directory: string;
  readonly child: Child;
  readonly programs: Programs & NodePrograms;
  readonly ready: Readonly<Record<string, unknown>>;
}

async function openNode({ own, directory, child, programs, ready }: Opening): Promise<Node> {
  const { gate, logs, controlPlane } = layoutOf(directory);
  const first = `--target=${firstProcessBelow(child.pid)}`;
  const ways = new Map<string, Promise<number>>();
  const open = (target: Target): Promise<number> => {
    const name = `${target.host} ${target.port}`;
    const way = ways.get(name) ?? forward(gate, target).then((opened) => own.own(opened).port);
    ways.set(name, way);
    return way;
  };
  const { hostname, port } = new URL(String(ready['apiServer']));
  const url = `https://localhost:${await open({ host: hostname, port: Number(port) })}`;
  const kubeconfig = kubeconfigFor(url, controlPlane);
  const load = async ({ reference, archive }: Image) => {
    const ctr = [programs.ctr, '--address', String(ready['containerd']), '--namespace', 'k8s.io'];
    const run = await execa('nsenter', [first, '--mount', '--net', ...ctr, 'images', 'import', archive], {
      reject: false,
    });
    if (run.failed) throw new SetupFailure(`The image ${reference} could not be loaded: ${run.stderr.trim()}`);
  };
  return {
    kubeconfig,
    kubectl: kubectlFor(programs.kubectl, kubeconfig),
    enter: ['nsenter', first, '--net'],
    logs,
    forward: open,
    load,
    stop: () => own.stop(),
  };
}

/** The one child of `parent` that is in a namespace of process ids below ours. */
function firstProcessBelow(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const first = children.find((pid) => /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  if (first === undefined) throw new Error('the node has no first process');
  return Number(first);
}

/** The certificate of the API server is for localhost too. */
function kubeconfigFor(url: string, directory: string): string {
  const inside = JSON.parse(readFileSync(join(directory, 'admin.kubeconfig'), 'utf8'));
  inside.clusters[0].cluster.server = url;
  const file = join(directory, 'outside.kubeconfig');
  writeFileSync(file, JSON.stringify(inside), { mode: 0o600 });
  return file;
}
