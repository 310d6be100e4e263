import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Launch } from './config.ts';
import { leaseName } from './election/leases.ts';
import { endBy, reserve, stopSignal } from './ending.ts';
import { aliveChecks } from './health/alive.ts';
import { checkPage } from './health/check.ts';
import { readyChecks } from './health/ready.ts';
import { serve } from './http/serve.ts';
import { createLogger, type Logger } from './log.ts';
import type { Build } from './metrics/build.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { runOperator } from './operator/operator.ts';
import type { OperatorOptions } from './operator/options.ts';
import type { OperatorView } from './operator/view.ts';
import { Quarantine } from './quarantine/quarantine.ts';
import { watchForStalls } from './quarantine/stalls.ts';
import type { Random } from './std/backoff.ts';
import { type Clock, monotonic } from './std/clock.ts';
import { Failure } from './std/failure.ts';

/** What only the process itself has. */
export interface Ambient {
  readonly build: Build;
  readonly clock: Clock;
  readonly random: Random;
  readonly exit: (code: number) => void;
}

/** The operator, wired: it ends the process itself, with a code that says how it went. */
export async function operate(launch: Launch, { build, clock, random, exit }: Ambient): Promise<void> {
  const log = createLogger(launch.logLevel);
  const quarantine = openQuarantine(launch, log);
  /** What is under way is not why the process ends. */
  const leave = (code: number) => {
    quarantine.exonerate();
    exit(code);
  };
  const stalls = watchForStalls(monotonic);
  const stop = stopSignal(process, { exit: leave, log, patience: launch.gracePeriod.add(reserve) });

  // Without an election there is no Lease; who leads is told by the name that it would have.
  const lease = leaseName(launch.leaderElection?.name ?? 'mtls-operator', launch.shard);
  const metrics = createMetrics(build, lease);
  let view: OperatorView | undefined;

  const options: OperatorOptions = {
    config: launch,
    source: launch.kubeconfig === undefined ? { kind: 'inCluster' } : { kind: 'file', path: launch.kubeconfig },
    clock,
    random,
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
    await serveAll({ launch, metrics, clock, log, look: () => view });
    await runOperator(options, stop);
    // What still has a socket open, as a reading of a gateway, is of no use to anybody any more.
    leave(0);
  } catch (error) {
    // A stop in the middle of the start is a stop.
    if (stop.aborted && error === stop.reason) leave(0);
    // A Lease is lost, too, by who was busy with one thing for too long to renew it.
    endBy(error, { exit: error instanceof Failure && !stalls.lately ? leave : exit, log });
  }
}

function openQuarantine({ stateDirectory }: Launch, log: Logger): Quarantine {
  return stateDirectory === undefined ? Quarantine.withoutMemory(log) : Quarantine.open(stateDirectory, log);
}

interface Served {
  readonly launch: Launch;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly look: () => OperatorView | undefined;
}

async function serveAll({ launch: { metricsAddress, healthAddress }, metrics: { page }, clock, log, look }: Served) {
  const alive = aliveChecks({ clock, monotonic, controllers: () => look()?.controllers ?? [] });
  const ready = readyChecks(look);
  const health = {
    '/healthz': (query: URLSearchParams) => checkPage('healthz', alive, query),
    '/readyz': (query: URLSearchParams) => checkPage('readyz', ready, query),
  };
  return Promise.all([
    ...(metricsAddress === undefined ? [] : [serve(metricsAddress, { '/metrics': page }, log)]),
    ...(healthAddress === undefined ? [] : [serve(healthAddress, health, log)]),
  ]);
}
