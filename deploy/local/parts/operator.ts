import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Child } from '../processes/child.ts';
import type { Processes } from '../processes/processes.ts';
import { jsonLine } from './json-line.ts';
import type { StandIn } from './stand-in.ts';

const program = join(import.meta.dirname, '../../../src/main.ts');
const within = Temporal.Duration.from({ seconds: 30 });

/** The operator's configuration for one stand-in as its gateway `default`, for these namespaces; gives the file. */
export function writeOperatorConfig(
  directory: string,
  standIn: StandIn,
  allowedNamespaces: readonly string[],
  watchNamespaces: readonly string[] = allowedNamespaces,
): string {
  const { adminUrl, tokenFile, caFile, host, httpsPort, httpPort } = standIn;
  const dataPlane = { https: [`${host}:${httpsPort}`], http: [`${host}:${httpPort}`] };
  const gateway = { name: 'default', type: 'api7-ee', adminUrl, tokenFile, caFile, dataPlane, allowedNamespaces };
  const gateways = [gateway];
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'config.yaml');
  // NGINX listens there, and no tenant of others is here.
  const upstreamAddresses = { allow: ['127.0.0.0/8'] };
  const times = { driftInterval: '10s', deletionDeadline: '1m' };
  writeFileSync(file, stringify({ gateways, ...times, upstreamAddresses, watchNamespaces }), { mode: 0o600 });
  return file;
}

/** The operator as users run it, as a process of its own. */
export async function startOperator(processes: Processes, config: string, kubeconfig: string): Promise<Child> {
  const args = [program, '--config', config, '--kubeconfig', kubeconfig];
  const child = processes.start({ name: 'operator', command: process.execPath, args });
  await jsonLine(child, ({ msg }) => msg === 'operator is running', within);
  return child;
}
