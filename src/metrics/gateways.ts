import { Gauge, type Registry } from 'prom-client';
import type { Look } from './look.ts';

export function countGateways(registry: Registry, look: Look): void {
  new Gauge({
    name: 'mtls_operator_gateway_reachable',
    help: 'Whether an endpoint of a gateway answered when it was last looked at: 1 if so, else 0. The leader tells it.',
    labelNames: ['gateway', 'endpoint'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { gateway, endpoint, answers } of look()?.endpoints ?? [])
        this.set({ gateway, endpoint }, answers ? 1 : 0);
    },
  });
  new Gauge({
    name: 'mtls_operator_orphaned_objects',
    help: 'Objects at a gateway group that the operator made and whose resource is gone, when they were last looked for. The leader tells it.',
    labelNames: ['gateway'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { gateway, objects } of look()?.orphans ?? []) this.set({ gateway }, objects);
    },
  });
}
