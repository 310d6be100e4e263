import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findOnPath } from '../install/programs.ts';
import type { Child } from '../processes/child.ts';
import { freePort } from '../processes/ports.ts';
import type { Processes } from '../processes/processes.ts';
import { SetupFailure } from '../setup-failure.ts';
import { jsonLine } from './json-line.ts';

export interface UpstreamOptions {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly secret: string;
  readonly configMap: string;
  readonly directory: string;
  readonly ipPort: number;
  /** Whether the agent of the product loads what is mirrored, in place of the upstream itself. */
  readonly agent?: boolean;
  /** The program `nginx`; left out, the first on the path. */
  readonly nginx?: string;
}

const program = join(import.meta.dirname, '../upstream/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

/** NGINX with kubelet's part; it serves as soon as the operator has made the Secret and the ConfigMap. */
export async function startUpstream(processes: Processes, options: UpstreamOptions): Promise<Child> {
  const { kubeconfig, namespace, secret, configMap, directory, ipPort, agent = false, nginx } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const flags = { kubeconfig, namespace, secret, 'config-map': configMap, directory, 'ip-port': ipPort };
  const given = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const args = [program, ...given, ...(agent ? ['--agent'] : [])];
  const path = process.env['PATH'] ?? '';
  const env = { ...process.env, PATH: nginx === undefined ? path : `${dirname(nginx)}${delimiter}${path}` };
  const child = processes.start({ name: 'nginx-upstream', command: process.execPath, args, env });
  await jsonLine(child, ({ event }) => event === 'ready', within);
  if (agent) await startAgent(processes, directory, nginx);
  return child;
}

const product = join(import.meta.dirname, '../../../src/main.ts');

/** As on a machine: it tests and reloads the NGINX whose nginx.conf includes what it lays out. */
async function startAgent(
  processes: Processes,
  directory: string,
  nginx: string | undefined = findOnPath('nginx'),
): Promise<void> {
  if (nginx === undefined) throw new SetupFailure('NGINX is missing: install the package nginx-light.');
  const flags = {
    'secret-dir': join(directory, 'tls'),
    'config-dir': join(directory, 'conf.d'),
    'state-dir': join(directory, 'agent'),
    nginx,
    'nginx-config': join(directory, 'nginx.conf'),
    'pid-file': join(directory, 'nginx.pid'),
    'status-address': `127.0.0.1:${await freePort()}`,
  };
  const args = [
    product,
    'nginx-agent',
    '--conf-d',
    ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
  ];
  processes.start({ name: 'nginx-agent', command: process.execPath, args });
}
