/** The agent as `main.ts` runs it, which ends like by `kill -9` before its n-th step; the number stands first. */
import { createLogger } from '../../../src/log.ts';
import { createAgentMetrics } from '../../../src/metrics/nginx-agent.ts';
import { parseAgentFlags } from '../../../src/nginx-agent/flags.ts';
import { runAgentProcess } from '../../../src/nginx-agent/process.ts';

const [number = '', ...argv] = process.argv.slice(2);
const flags = parseAgentFlags(argv);
if (typeof flags === 'string' || flags instanceof Error) throw new Error('flags that no agent takes');

let left = Number(number);
const onStep = (step: string) => {
  left -= 1;
  if (left > 0) return;
  console.log(`killed before: ${step}`);
  process.kill(process.pid, 'SIGKILL');
};

await runAgentProcess(
  {
    ...{ flags, onStep },
    metrics: createAgentMetrics({ version: 'test', node: process.version }),
    clock: { now: () => Temporal.Now.instant() },
    log: createLogger(flags.logLevel),
    user: process.getuid?.() ?? 0,
    hangUp: (pid) => void process.kill(pid, 'SIGHUP'),
  },
  new AbortController().signal,
);
