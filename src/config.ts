import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type OperatorConfig, parseOperatorConfig } from './api/operator-config.ts';
import type { RunFlags } from './command.ts';
import type { Shard } from './election/shard.ts';
import { type Failure, permanent } from './std/failure.ts';

/**
 * The configuration file, read once at the start. The only reader of the environment, of which it takes
 * nothing but whether we run in a cluster: an ambient KUBECONFIG is never used, since it may be somebody's production.
 */
export interface Launch extends OperatorConfig {
  /** Absent: the service account of the pod. */
  readonly kubeconfig?: string;
  /** Absent: all resources. */
  readonly shard?: Shard;
}

/** The configuration, or what keeps the operator from starting, as a sentence that names the file or field. */
export function loadConfig(
  { config: file, kubeconfig, logLevel, shard }: RunFlags,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Launch | Failure {
  const config = readConfig(file);
  if (config instanceof Error) return config;
  // Last, since the file can be mended anywhere.
  if (kubeconfig === undefined && env['KUBERNETES_SERVICE_HOST'] === undefined)
    return permanent('NoCluster', 'Not in a cluster: give --kubeconfig FILE; the variable KUBECONFIG is not used');
  return {
    ...config,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(logLevel !== undefined && { logLevel }),
    ...(shard !== undefined && { shard }),
  };
}

/** What the file says; no cluster is needed for it. */
export function readConfig(file: string): OperatorConfig | Failure {
  const text = readText(file);
  if (text === undefined) return permanent('ConfigUnreadable', `The configuration ${file} cannot be read`);
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    return permanent('InvalidConfig', `The configuration ${file} is not valid YAML${line ? ` in line ${line}` : ''}`);
  }
  const parsed = parseOperatorConfig(document.toJS());
  if (parsed.ok) return parsed.value;
  const findings = parsed.findings.map(({ message }) => message).join('; ');
  return permanent('InvalidConfig', `The configuration ${file} is refused: ${findings}`);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
