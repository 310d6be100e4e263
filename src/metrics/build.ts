import { Gauge, type Registry } from 'prom-client';
import type { Look } from './look.ts';

export function countBuild(
  registry: Registry,
  build: { readonly version: string; readonly node: string },
  look: Look,
): void {
  const registers = [registry];
  new Gauge({
    name: 'mtls_operator_build_info',
    help: 'Version of the operator and of Node.js, as labels of a constant 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set(build, 1);
  new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process leads: 1 if so, 0 on a standby.',
    labelNames: ['name'],
    registers,
    collect() {
      this.set({ name: 'mtls-operator' }, look()?.leading ? 1 : 0);
    },
  });
}
