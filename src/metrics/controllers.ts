import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControllerLoad, ReconcileFacts } from '../controller/controller.ts';
import type { OperatorHooks } from '../operator/options.ts';
import type { Look } from './look.ts';

/** As controller-runtime names them. */
const results: Readonly<Record<ReconcileFacts['result'], string>> = {
  settled: 'success',
  checkAgain: 'requeue_after',
  retry: 'error',
  stalled: 'error',
  crash: 'error',
};

/** Seconds; a proof takes some milliseconds, a gateway that does not answer ten seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function countControllers(registry: Registry, look: Look): Pick<OperatorHooks, 'onReconcile' | 'onQueue'> {
  countLoads(registry, look);
  return { ...countReconciles(registry), ...countQueues(registry) };
}

function countReconciles(registry: Registry): Required<Pick<OperatorHooks, 'onReconcile'>> {
  const counter = (name: string, help: string, ...more: string[]) =>
    new Counter({ name, help, labelNames: ['controller', ...more], registers: [registry] });
  const total = counter('controller_runtime_reconcile_total', 'Reconciles, by how they ended.', 'result');
  const errors = counter('controller_runtime_reconcile_errors_total', 'Reconciles that failed.');
  const terminal = counter(
    'controller_runtime_terminal_reconcile_errors_total',
    'Reconciles that failed permanently: a person must act.',
  );
  const panics = counter(
    'controller_runtime_reconcile_panics_total',
    'Reconciles that ended with a crash, which is a defect of the operator.',
  );
  const timeouts = counter('controller_runtime_reconcile_timeouts_total', 'Reconciles that exceeded their deadline.');
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Duration of a reconcile.',
    labelNames: ['controller'],
    buckets,
    registers: [registry],
  });
  return {
    onReconcile: ({ result, milliseconds, overran }, controller) => {
      total.inc({ controller, result: results[result] });
      time.observe({ controller }, milliseconds / 1000);
      if (results[result] === 'error') errors.inc({ controller });
      if (result === 'stalled') terminal.inc({ controller });
      if (overran) timeouts.inc({ controller });
      else if (result === 'crash') panics.inc({ controller });
    },
  };
}

function countQueues(registry: Registry): Required<Pick<OperatorHooks, 'onQueue'>> {
  const registers = [registry];
  const labelNames = ['name', 'priority'];
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys that were queued.', labelNames, registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys that failed and wait for their back-off.',
    labelNames,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Time that a key waited for a worker.',
    labelNames,
    buckets,
    registers,
  });
  return {
    onQueue: (facts, name) => {
      const labels = { name, priority: facts.priority };
      if (facts.kind === 'added') adds.inc(labels);
      else if (facts.kind === 'retried') retries.inc(labels);
      else waited.observe(labels, facts.waitedMilliseconds / 1000);
    },
  };
}

function countLoads(registry: Registry, look: Look): void {
  const gauge = (name: string, help: string, label: string, read: (load: ControllerLoad) => number) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        for (const { name: controller, load } of look()?.controllers ?? [])
          this.set({ [label]: controller }, read(load));
      },
    });
  const most = 'controller_runtime_max_concurrent_reconciles';
  gauge(most, 'Workers of a controller.', 'controller', ({ workers }) => workers);
  gauge('controller_runtime_active_workers', 'Reconciles under way.', 'controller', ({ active }) => active);
  gauge('workqueue_depth', 'Keys that wait for a worker.', 'name', ({ depth }) => depth.high + depth.low);
  const longest = 'workqueue_longest_running_processor_seconds';
  gauge(longest, 'Age of the oldest reconcile under way.', 'name', (load) => load.longestRunningMilliseconds / 1000);
  const unfinished = 'workqueue_unfinished_work_seconds';
  gauge(
    unfinished,
    'Sum of the ages of all reconciles under way.',
    'name',
    (load) => load.unfinishedMilliseconds / 1000,
  );
}
