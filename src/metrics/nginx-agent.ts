import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Page } from '../http/serve.ts';
import type { Status } from '../nginx-agent/status.ts';
import { type Build, countBuild } from './build.ts';

const prefix = 'mtls_operator_nginx_agent_';

export interface AgentMetrics {
  /** To be called with each status. */
  readonly onStatus: (status: Status) => void;
  page(): Promise<Page>;
}

/** What one agent beside one NGINX tells; read from its last status when somebody scrapes. */
export function createAgentMetrics(build: Build): AgentMetrics {
  const registry = new Registry();
  const registers = [registry];
  let last: Status | undefined;
  collectDefaultMetrics({ register: registry });
  countBuild(registry, build);

  const gauge = (name: string, help: string, read: (status: Status) => number) =>
    new Gauge({
      ...{ name: prefix + name, help, registers },
      collect() {
        if (last !== undefined) this.set(read(last));
      },
    });
  gauge('ready', 'Whether NGINX serves what is wanted: 1 if so.', ({ ready }) => Number(ready));
  gauge(
    'serving',
    'Whether NGINX serves a release that was seen to work, the wanted one or the one before: 1 if so.',
    ({ serving }) => Number(serving),
  );
  gauge('workers', 'Worker processes of NGINX that take connections.', ({ nginx }) => nginx.workers.length);
  gauge(
    'certificate_not_after_seconds',
    'When the certificate of the current release ends, in seconds since 1970; 0 without one.',
    ({ current }) =>
      current?.notAfter === undefined ? 0 : Temporal.Instant.from(current.notAfter).epochMilliseconds / 1000,
  );

  const steps = new Counter({
    name: `${prefix}steps_total`,
    help: 'What the agent did, by step: tests, switches, reloads, rejections.',
    labelNames: ['step'],
    registers,
  });
  const onStatus = (status: Status) => {
    for (const [step, count] of Object.entries(status.counts)) steps.inc({ step }, count - countBefore(last, step));
    last = status;
  };
  const page = async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() });
  return { onStatus, page };
}

function countBefore(last: Status | undefined, step: string): number {
  return Object.entries(last?.counts ?? {}).find(([name]) => name === step)?.[1] ?? 0;
}
