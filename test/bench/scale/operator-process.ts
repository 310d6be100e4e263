/** The operator, wired as `src/main.ts` does it, with its calls counted and its memory and event loop watched. */
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseOperatorConfig } from '../../../src/api/operator-config.ts';
import type { ReconcileFacts } from '../../../src/controller/controller.ts';
import type { Shard } from '../../../src/election/shard.ts';
import { createLogger } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import { runOperator } from '../../../src/operator/operator.ts';
import { serve } from './serve.ts';

export interface OperatorFacts {
  /** Requests to the API server, by `verb resource`; each attempt counts. */
  readonly kube: Readonly<Record<string, number>>;
  /** Answers of the Admin API, by method. */
  readonly admin: Readonly<Record<string, number>>;
  readonly reconciles: Readonly<Record<string, number>>;
  readonly memory: { readonly rss: number; readonly peakRss: number; readonly heap: number };
  readonly cpuMilliseconds: number;
  /** Milliseconds, since the counters were last set to zero. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
}

const kube: Record<string, number> = {};
const admin: Record<string, number> = {};
const reconciles: Record<string, number> = {};
const reconciled = new Set<string>();
const { hooks } = createMetrics({ version: 'bench', node: process.version }, 'mtls-operator');
const loopDelay = monitorEventLoopDelay({ resolution: 5 });
const stop = new AbortController();
let running: Promise<void> = Promise.resolve();
let cpuBefore = process.cpuUsage();
let awaited: { readonly count: number; readonly resolve: () => void } | undefined;

function add(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

function note({ key, result }: ReconcileFacts): void {
  add(reconciles, result);
  if (result === 'checkAgain') reconciled.add(`${key.namespace}/${key.name}`);
  if (awaited !== undefined && reconciled.size >= awaited.count) awaited.resolve();
}

async function start(config: unknown, kubeconfig: string, shard?: Shard): Promise<void> {
  const parsed = parseOperatorConfig(config);
  if (!parsed.ok) throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  loopDelay.enable();
  running = runOperator(
    {
      config: parsed.value,
      source: { kind: 'file', path: kubeconfig },
      clock: { now: () => Temporal.Now.instant() },
      random: Math.random,
      randomBytes: (count) => randomBytes(count),
      log: createLogger(parsed.value.logLevel),
      ...(shard && { shard }),
      ...hooks,
      onKubeRequest: (request) => {
        add(kube, `${request.verb} ${request.resource}`);
        hooks.onKubeRequest?.(request);
      },
      onAdminCall: (call) => {
        add(admin, call.method);
        hooks.onAdminCall?.(call);
      },
      onReconcile: (reconcile, controller) => {
        note(reconcile);
        hooks.onReconcile?.(reconcile, controller);
      },
    },
    stop.signal,
  );
}

function facts(): OperatorFacts {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage(cpuBefore);
  const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;
  return {
    ...{ kube, admin, reconciles },
    // maxRSS is in KiB.
    memory: { rss, peakRss: process.resourceUsage().maxRSS * 1024, heap: heapUsed },
    cpuMilliseconds: (user + system) / 1000,
    loopDelay: {
      p50: milliseconds(loopDelay.percentile(50)),
      p99: milliseconds(loopDelay.percentile(99)),
      max: milliseconds(loopDelay.max),
    },
  };
}

/** Counters begin at zero again. */
function reset(): void {
  for (const counts of [kube, admin, reconciles]) for (const what of Object.keys(counts)) delete counts[what];
  loopDelay.reset();
  cpuBefore = process.cpuUsage();
}

/** Resolves when that many resources have each had a reconcile that ended well. */
function untilReconciled(count: number): Promise<void> {
  if (reconciled.size >= count) return Promise.resolve();
  return new Promise((resolve) => {
    awaited = { count, resolve };
  });
}

/** What is left when garbage is gone; growth is told by it. */
function collectGarbage(): void {
  globalThis.gc?.();
}

const handlers = serve({ start, facts, reset, untilReconciled, collectGarbage }, async () => {
  stop.abort();
  await running;
});
export type OperatorHandlers = typeof handlers;
