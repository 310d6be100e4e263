import { parseArgs } from 'node:util';
import { type LogLevel, logLevels } from './api/operator-config.ts';
import { parseShard, type Shard } from './election/shard.ts';
import { type AgentFlags, agentHelp, parseAgentFlags } from './nginx-agent/flags.ts';
import { Failure, permanent } from './std/failure.ts';

/** What the process is asked to do, by its flags alone; no file is read and nothing is connected to. */
export type Command =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'nginx-agent'; readonly flags: AgentFlags }
  | { readonly kind: 'check'; readonly config: string }
  | ({ readonly kind: 'run' } & RunFlags);

export interface RunFlags {
  readonly config: string;
  readonly kubeconfig?: string;
  readonly logLevel?: LogLevel;
  readonly shard?: Shard;
}

const usage =
  'mtls-operator --config FILE [--kubeconfig FILE] [--log-level LEVEL] [--shard I/N], or --check-config FILE, --version, --help';

export const help = `usage: mtls-operator --config FILE [--kubeconfig FILE] [--log-level LEVEL] [--shard I/N]
       mtls-operator --check-config FILE
       mtls-operator nginx-agent [flags]     the agent beside an NGINX; see nginx-agent --help

  --config FILE         the operator's configuration: its gateways, and who may use them
  --kubeconfig FILE     the cluster; by default the service account of the pod. KUBECONFIG is never used
  --log-level LEVEL     ${logLevels.join(', ')}; overrides the configuration
  --shard I/N           only this share of the resources: number I, counted from 0, of N
  --check-config FILE   checks a configuration and prints what is wrong with it, or what it means; needs no cluster
  --version             prints the version of the operator
  --help                prints this text

exit code: 0 after a clean end, 1 after a failure, 2 for flags or a configuration that cannot be used`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  config: text,
  kubeconfig: text,
  'log-level': text,
  shard: text,
  'check-config': text,
  version: flag,
  help: { ...flag, short: 'h' },
} as const;

/** The command, or what is wrong with the flags, as a sentence that names the one. */
export function parseCommand(argv: readonly string[]): Command | Failure {
  return argv[0] === 'nginx-agent' ? agentCommand(argv.slice(1)) : operatorCommand(argv);
}

function agentCommand(argv: readonly string[]): Command | Failure {
  const flags = parseAgentFlags(argv);
  if (flags === 'help') return { kind: 'help', text: agentHelp };
  return flags instanceof Failure ? flags : { kind: 'nginx-agent', flags };
}

function operatorCommand(argv: readonly string[]): Command | Failure {
  const values = tokenize(argv);
  if (values === undefined) return permanent('InvalidFlags', `The flags are not valid; usage: ${usage}`);
  if (values.help) return { kind: 'help', text: help };
  if (values.version) return { kind: 'version' };
  const { 'check-config': checked, ...others } = values;
  if (checked === undefined) return runCommand(others);
  if (Object.keys(others).length === 0) return { kind: 'check', config: checked };
  return permanent('InvalidFlags', '--check-config FILE must be the only flag');
}

function tokenize(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    return undefined;
  }
}

type RunValues = Omit<NonNullable<ReturnType<typeof tokenize>>, 'check-config'>;

function runCommand(values: RunValues): Command | Failure {
  const { config, kubeconfig, 'log-level': level, shard: shardText } = values;
  if (config === undefined) return permanent('InvalidFlags', `--config is missing; usage: ${usage}`);
  const logLevel = logLevels.find((known) => known === level);
  if (level !== undefined && logLevel === undefined)
    return permanent('InvalidFlags', `--log-level must be one of ${logLevels.join(', ')}`);
  const shard = shardText === undefined ? undefined : parseShard(shardText);
  if (shardText !== undefined && shard === undefined)
    return permanent(
      'InvalidFlags',
      '--shard must be I/N: I is the number of this shard, counted from 0, and N is the number of shards',
    );
  return {
    kind: 'run',
    config,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(logLevel !== undefined && { logLevel }),
    ...(shard !== undefined && { shard }),
  };
}
