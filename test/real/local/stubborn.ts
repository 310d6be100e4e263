/** A program for processes.test.ts that has nothing to do but to stop what ignores SIGTERM. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../../deploy/local/processes/processes.ts';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';

const processes = new Processes(join(tmpdir(), `mtls-operator-stubborn-${process.pid}`));
const script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
const child = processes.start({ name: 'stubborn', command: 'sh', args: ['-c', script] });
await waitUntil(async () => child.output().includes('ready'), {
  child,
  within: Temporal.Duration.from({ seconds: 5 }),
});
console.log(JSON.stringify({ pid: child.pid, logFile: child.logFile }));
await processes.stop();
