import { Gauge, type Registry } from 'prom-client';
import type { Look } from './look.ts';

/** As client-go tells it: `lease` is the name of the Lease, so that shards and other operators are told apart. */
export function countLeader(registry: Registry, lease: string, look: Look): void {
  new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process leads by the Lease of that name: 1 if so, 0 on a standby.',
    labelNames: ['name'],
    registers: [registry],
    collect() {
      this.set({ name: lease }, look()?.leading ? 1 : 0);
    },
  });
}
