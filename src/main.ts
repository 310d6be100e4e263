import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { loadConfig } from './config.ts';
import { createLogger } from './log.ts';
import { type OperatorOptions, runOperator } from './operator.ts';
import { Failure } from './std/failure.ts';

/** The operator as a process: wall clock, chance and signals are handed in here and nowhere else. */
const launch = loadConfig(process.argv.slice(2));
if (launch instanceof Failure) {
  console.error(launch.message);
  process.exit(2);
}

const log = createLogger(launch.logLevel);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const options: OperatorOptions = {
  config: launch,
  source: launch.kubeconfig === undefined ? { kind: 'inCluster' } : { kind: 'file', path: launch.kubeconfig },
  clock: { now: () => Temporal.Now.instant() },
  random: Math.random,
  randomBytes: (count: number) => randomBytes(count),
  log,
  // A pod's host name says which one it is; the rest tells its lives apart.
  identity: `${hostname()}_${randomBytes(8).toString('hex')}`,
  ...(launch.shard && { shard: launch.shard }),
};

try {
  await runOperator(options, stop.signal);
} catch (error) {
  // A stop in the middle of the start is a stop.
  if (!stop.signal.aborted) {
    if (!(error instanceof Failure)) throw error;
    log.fatal({ reason: error.reason }, error.message);
    // At once: after the loss of a lease nothing may be written, and what is under way elsewhere cannot be called back.
    process.exit(1);
  }
}
