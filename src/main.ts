import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { type Command, help, parseCommand } from './command.ts';
import { type Launch, loadConfig, readConfig } from './config.ts';
import { describeConfig } from './describe-config.ts';
import { leaseName } from './election/leases.ts';
import { endAtCrash, endBy, reserve, stopSignal } from './ending.ts';
import { aliveChecks } from './health/alive.ts';
import { checkPage } from './health/check.ts';
import { readyChecks } from './health/ready.ts';
import { serve } from './http/serve.ts';
import { createLogger } from './log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { runOperator } from './operator/operator.ts';
import type { OperatorOptions } from './operator/options.ts';
import type { OperatorView } from './operator/view.ts';
import { Quarantine } from './quarantine/quarantine.ts';
import { watchForStalls } from './quarantine/stalls.ts';
import { monotonic } from './std/clock.ts';
import { Failure } from './std/failure.ts';

/** The operator as a process: wall clock, chance, signals and sockets are handed in here and nowhere else. */
const exit = (code: number) => process.exit(code);
endAtCrash(process, { exit, log: createLogger('fatal') });

const command = usable(parseCommand(process.argv.slice(2)));
if (command.kind !== 'run') {
  console.log(answer(command));
  process.exit(0);
}
const launch = usable(loadConfig(command));

const log = createLogger(launch.logLevel);
const clock = { now: () => Temporal.Now.instant() };
const { stateDirectory } = launch;
const quarantine = stateDirectory === undefined ? Quarantine.withoutMemory(log) : Quarantine.open(stateDirectory, log);
/** What is under way is not why the process ends. */
const leave = (code: number) => {
  quarantine.exonerate();
  exit(code);
};
const stalls = watchForStalls(monotonic);
const stop = stopSignal(process, { exit: leave, log, patience: launch.gracePeriod.add(reserve) });

// Without an election there is no Lease; who leads is told by the name that it would have.
const lease = leaseName(launch.leaderElection?.name ?? 'mtls-operator', launch.shard);
const metrics = createMetrics({ version: packageJson.version, node: process.version }, lease);
let view: OperatorView | undefined;

const options: OperatorOptions = {
  config: launch,
  source: launch.kubeconfig === undefined ? { kind: 'inCluster' } : { kind: 'file', path: launch.kubeconfig },
  clock,
  random: Math.random,
  randomBytes: (count: number) => randomBytes(count),
  log,
  quarantine,
  // A pod's host name says which one it is; the rest tells its lives apart.
  identity: `${hostname()}_${randomBytes(8).toString('hex')}`,
  ownAddresses: Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
  ...(launch.shard && { shard: launch.shard }),
  ...metrics.hooks,
  onView: (given) => {
    view = given;
    metrics.hooks.onView?.(given);
  },
};

try {
  await serveAll(launch, metrics);
  await runOperator(options, stop);
  // What still has a socket open, as a reading of a gateway, is of no use to anybody any more.
  leave(0);
} catch (error) {
  // A stop in the middle of the start is a stop.
  if (stop.aborted && error === stop.reason) leave(0);
  // A Lease is lost, too, by who was busy with one thing for too long to renew it.
  endBy(error, { exit: error instanceof Failure && !stalls.lately ? leave : exit, log });
}

/** Ends the process with a sentence where it cannot start as it was asked to. */
function usable<Value>(value: Value | Failure): Value {
  if (!(value instanceof Failure)) return value;
  console.error(value.message);
  process.exit(2);
}

function answer(asked: Exclude<Command, { kind: 'run' }>): string {
  if (asked.kind === 'check') return describeConfig(asked.config, usable(readConfig(asked.config)));
  return asked.kind === 'help' ? help : packageJson.version;
}

async function serveAll({ metricsAddress, healthAddress }: Launch, { page }: Metrics) {
  const alive = aliveChecks({ clock, monotonic, controllers: () => view?.controllers ?? [] });
  const ready = readyChecks(() => view);
  const health = {
    '/healthz': (query: URLSearchParams) => checkPage('healthz', alive, query),
    '/readyz': (query: URLSearchParams) => checkPage('readyz', ready, query),
  };
  return Promise.all([
    ...(metricsAddress === undefined ? [] : [serve(metricsAddress, { '/metrics': page }, log)]),
    ...(healthAddress === undefined ? [] : [serve(healthAddress, health, log)]),
  ]);
}
