import { Counter, type Registry } from 'prom-client';
import type { OperatorHooks } from '../operator/options.ts';

export function countEvents(registry: Registry): Required<Pick<OperatorHooks, 'onEvent'>> {
  const total = new Counter({
    name: 'mtls_operator_events_total',
    help: 'Kubernetes Events, by outcome: created, updated, counted, dropped or failed.',
    labelNames: ['result'],
    registers: [registry],
  });
  return { onEvent: ({ result }) => total.inc({ result }) };
}
