/**
 * A program like the demo, for processes.test.ts: starts a real etcd and a shell with a grandchild, prints their
 * process ids and stays. With the argument `stubborn` the grandchild ignores SIGTERM; with `fail` the program then
 * fails outside of every try.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEtcd } from '../../../deploy/local/control-plane/etcd.ts';
import { ensureControlPlane } from '../../../deploy/local/install/control-plane.ts';
import { reportFailure } from '../../../deploy/local/install/report-failure.ts';
import { Processes } from '../../../deploy/local/processes/processes.ts';
import { stopOnExit } from '../../../deploy/local/processes/stop-on-exit.ts';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';
import { SetupFailure } from '../../../deploy/local/setup-failure.ts';

const within = Temporal.Duration.from({ seconds: 5 });
const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-parent-'));
const processes = new Processes(join(directory, 'logs'));
stopOnExit(processes, reportFailure);

const { etcd: command } = await ensureControlPlane(() => {});
const etcd = await startEtcd({ command, processes, directory, unsafeNoFsync: true });
const script = 'sh -c "trap \'\' TERM; echo ready; while :; do sleep 0.2; done" & echo $!; wait';
const shell = processes.start({ name: 'shell', command: 'sh', args: ['-c', script] });
await waitUntil(async () => shell.lastLines().includes('ready'), { child: shell, within });
const grandchild = Number(shell.lastLines().match(/\d+/)?.[0]);

console.log(JSON.stringify({ directory, pids: [etcd.child.pid, shell.pid, grandchild] }));
setInterval(() => {
  if (process.argv[2] === 'fail') throw new SetupFailure('The gateway did not come up.');
}, 100);
