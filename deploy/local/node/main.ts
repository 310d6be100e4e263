/**
 * The node, inside of its namespaces; start-node.ts starts it. A control plane, containerd, kubelet, the scheduler and
 * the proxy, all of them real. One line of JSON says that the node is Ready. SIGTERM ends it in order, and the end of
 * the first process of its namespace all that is left.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { ensureControlPlane } from '../install/control-plane.ts';
import { ensureNodePrograms } from '../install/node-programs.ts';
import { reportFailure } from '../install/report-failure.ts';
import { kubectlFor } from '../parts/kubectl.ts';
import { Processes } from '../processes/processes.ts';
import { stopOnExit } from '../processes/stop-on-exit.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { addresses } from './addresses.ts';
import { makeCgroup } from './cgroups.ts';
import { startContainerd } from './containerd.ts';
import { acceptForwarded } from './forwarding.ts';
import { isolate } from './isolation.ts';
import { nodeName, startKubernetes, users } from './kubernetes.ts';
import { layoutOf } from './layout.ts';

const flags = {
  directory: { type: 'string', default: '' },
  cgroup: { type: 'string', default: '' },
  'pause-image': { type: 'string', default: '' },
  'pause-archive': { type: 'string', default: '' },
} as const;
const within = Temporal.Duration.from({ seconds: 60 });
const accounts = [
  { user: users.kubelet, group: 'system:nodes' },
  { user: users.scheduler, group: users.scheduler },
  { user: users.proxy, group: users.proxy },
];

async function main(processes: Processes): Promise<object> {
  const { values } = parseArgs({ options: flags });
  const { cgroup } = values;
  const { state, controlPlane: home, gate } = layoutOf(values.directory);
  // All of it is in the cache: there is no network here to fetch anything.
  const controlPlanePrograms = await ensureControlPlane(() => {});
  const programs = await ensureNodePrograms(() => {});
  await isolate(state, programs.ip);
  makeCgroup(cgroup);

  const containerd = await startContainerd({
    programs,
    processes,
    directory: join(state, 'containerd'),
    pauseImage: values['pause-image'],
  });
  await containerd.load(values['pause-archive']);
  const controlPlane = await startControlPlane({
    programs: controlPlanePrograms,
    processes,
    directory: home,
    unsafeNoFsync: true,
    node: { address: addresses.node, accounts },
  });
  const containerdSocket = containerd.socket;
  startKubernetes({ programs, processes, directory: state, controlPlane, containerdSocket, cgroup });

  const kubectl = kubectlFor(controlPlanePrograms.kubectl, controlPlane.kubeconfig);
  const ready = '{.status.conditions[?(@.type=="Ready")].status}';
  const isReady = async () => (await kubectl(['get', 'node', nodeName, '-o', `jsonpath=${ready}`])) === 'True';
  await waitUntil(isReady, { what: 'the node', within });
  await acceptForwarded(gate);
  return { event: 'ready', apiServer: controlPlane.url, containerd: containerdSocket };
}

const processes = new Processes(layoutOf(parseArgs({ options: flags }).values.directory).logs);
stopOnExit(processes, reportFailure);
try {
  console.log(JSON.stringify(await main(processes)));
} catch (error) {
  reportFailure(error);
  await processes.stop();
  process.exit(1);
}
