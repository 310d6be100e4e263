import { Gauge, type Registry } from 'prom-client';
import type { Look } from './look.ts';

export function countClock(registry: Registry, look: Look): void {
  new Gauge({
    name: 'mtls_operator_clock_skew_seconds',
    help: 'Seconds by which the clock of the operator is ahead of that of the API server, which tells whole seconds.',
    registers: [registry],
    collect() {
      const skew = look()?.clockSkew;
      if (skew === undefined) this.reset();
      else this.set(skew);
    },
  });
}
