import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { type LogLevel, logLevels, type OperatorConfig, parseOperatorConfig } from './api/operator-config.ts';
import { parseShard, type Shard } from './election/shard.ts';
import { type Failure, permanent } from './std/failure.ts';

/**
 * Flags and the configuration file, read once at the start. The only reader of the environment, of which it takes
 * nothing but whether we run in a cluster: an ambient KUBECONFIG is never used, since it may be somebody's production.
 */
export interface Launch extends OperatorConfig {
  /** Absent: the service account of the pod. */
  readonly kubeconfig?: string;
  /** Absent: all resources. */
  readonly shard?: Shard;
}

const usage = 'mtls-operator --config FILE [--kubeconfig FILE] [--log-level LEVEL] [--shard I/N]';

interface Flags {
  readonly config: string;
  readonly kubeconfig?: string;
  readonly logLevel?: LogLevel;
  readonly shard?: Shard;
}

/** The configuration, or what keeps the operator from starting, as a sentence that names the flag, file or field. */
export function loadConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Launch | Failure {
  const flags = parseFlags(argv);
  if (flags instanceof Error) return flags;
  if (flags.kubeconfig === undefined && env['KUBERNETES_SERVICE_HOST'] === undefined)
    return permanent('NoCluster', 'Not in a cluster: give --kubeconfig FILE; the variable KUBECONFIG is not used');
  const config = readConfig(flags.config);
  if (config instanceof Error) return config;
  return {
    ...config,
    ...(flags.kubeconfig !== undefined && { kubeconfig: flags.kubeconfig }),
    ...(flags.logLevel !== undefined && { logLevel: flags.logLevel }),
    ...(flags.shard !== undefined && { shard: flags.shard }),
  };
}

function parseFlags(argv: readonly string[]): Flags | Failure {
  const values = tokenize(argv);
  if (values === undefined) return permanent('InvalidFlags', `The flags are not understood; usage: ${usage}`);
  const { config, kubeconfig, 'log-level': level, shard: shardText } = values;
  if (config === undefined) return permanent('InvalidFlags', `--config is missing; usage: ${usage}`);
  const logLevel = logLevels.find((known) => known === level);
  if (level !== undefined && logLevel === undefined)
    return permanent('InvalidFlags', `--log-level must be one of ${logLevels.join(', ')}`);
  const shard = shardText === undefined ? undefined : parseShard(shardText);
  if (shardText !== undefined && shard === undefined)
    return permanent('InvalidFlags', '--shard must be I/N, the number of this shard from 0 and how many there are');
  return {
    config,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(logLevel !== undefined && { logLevel }),
    ...(shard !== undefined && { shard }),
  };
}

function tokenize(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...argv], options: { config: text, kubeconfig: text, 'log-level': text, shard: text } })
      .values;
  } catch {
    return undefined;
  }
}

function readConfig(file: string): OperatorConfig | Failure {
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
