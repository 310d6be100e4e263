import { Gauge, type Registry } from 'prom-client';

export interface Build {
  readonly version: string;
  readonly node: string;
}

export function countBuild(registry: Registry, build: Build): void {
  new Gauge({
    name: 'mtls_operator_build_info',
    help: 'Version of the operator and of Node.js, as labels of a constant 1.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set(build, 1);
}
