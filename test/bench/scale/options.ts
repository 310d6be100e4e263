import { parseArgs } from 'node:util';

const phases = ['settled', 'restart', 'edit', 'churn', 'unrelated', 'outage', 'shards', 'floor'] as const;
type Phase = (typeof phases)[number];

export interface ScaleOptions {
  /** MtlsUpstreams that are created. */
  readonly count: number;
  /** Seconds in which a settled world is watched for writes. */
  readonly settled: number;
  /** Secrets of 1 MB that are not ours, in the same namespaces. */
  readonly unrelatedSecrets: number;
  /** Rounds in which every resource is edited or made anew. */
  readonly churn: number;
  /** Creating comes before each of them. */
  readonly phases: readonly Phase[];
  /** Directory for a CPU profile of each life of the operator. */
  readonly profile?: string;
  /** Of the operator's node, instead of those of the image: to see what they are good for. */
  readonly flags?: readonly string[];
}

/** How often the operator looks whether the gateway answers. */
export function livenessSeconds({ settled }: Pick<ScaleOptions, 'settled'>): number {
  return Math.min(10, Math.max(1, Math.round(settled / 12)));
}

const scaleUsage = `scale [--count N] [--settled SECONDS] [--churn ROUNDS] [--unrelated-secrets N] [--only ${phases.join('|')}]... [--profile DIRECTORY] [--flags "FLAGS OF NODE"]`;

/** Throws with a sentence and the usage. */
export function parseScaleOptions(args: readonly string[]): ScaleOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ count: text, settled: text, churn: text, 'unrelated-secrets': text, profile: text, flags: text },
      only: { type: 'string', multiple: true },
    },
  });
  const { count, settled, churn: rounds, 'unrelated-secrets': unrelated, only = [], profile, flags } = values;
  const unrelatedSecrets = whole('unrelated-secrets', unrelated, 0, 0);
  const churn = whole('churn', rounds, 0, 0);
  const repeats: Partial<Record<Phase, number>> = { unrelated: unrelatedSecrets, churn };
  const wanted = only.length > 0 ? only.map(requirePhase) : phases;
  return {
    count: whole('count', count, 1000, 1),
    settled: whole('settled', settled, 120, 1),
    unrelatedSecrets,
    churn,
    phases: phases.filter((phase) => wanted.includes(phase) && repeats[phase] !== 0),
    ...(profile === undefined ? {} : { profile }),
    ...(flags === undefined ? {} : { flags: flags.split(' ').filter((flag) => flag !== '') }),
  };
}

function whole(flag: string, text: string | undefined, fallback: number, least: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${flag} must be a whole number of at least ${least}\nusage: ${scaleUsage}`);
}

function requirePhase(name: string): Phase {
  const phase = phases.find((known) => known === name);
  if (phase === undefined) throw new Error(`there is no phase ${name}\nusage: ${scaleUsage}`);
  return phase;
}
