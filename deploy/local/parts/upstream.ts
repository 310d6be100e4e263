import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../processes/child.ts';
import type { Processes } from '../processes/processes.ts';
import { jsonLine } from './json-line.ts';

export interface UpstreamOptions {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly secret: string;
  readonly configMap: string;
  readonly directory: string;
  readonly ipPort: number;
}

const program = join(import.meta.dirname, '../upstream/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

/** NGINX with kubelet's part; it serves as soon as the operator has made the Secret and the ConfigMap. */
export async function startUpstream(processes: Processes, options: UpstreamOptions): Promise<Child> {
  const { kubeconfig, namespace, secret, configMap, directory, ipPort } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const flags = { kubeconfig, namespace, secret, 'config-map': configMap, directory, 'ip-port': ipPort };
  const args = [program, ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])];
  const child = processes.start({ name: 'nginx-upstream', command: process.execPath, args });
  await jsonLine(child, ({ event }) => event === 'ready', within);
  return child;
}
