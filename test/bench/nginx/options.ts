import { parseArgs } from 'node:util';

export interface NginxBenchOptions {
  /** Of each kind: leaf, trust, configuration. */
  readonly changes: number;
  /** Releases that must not go live. */
  readonly bad: number;
  /** Requests a second, of all kinds together. */
  readonly rate: number;
  /** Of each configuration, for what one costs. */
  readonly handshakes: number;
}

const usage = 'nginx [--changes N] [--bad N] [--rate N] [--handshakes N]';

/** Throws with a sentence and the usage. */
export function parseNginxOptions(args: readonly string[]): NginxBenchOptions {
  const text = { type: 'string' } as const;
  const options = { changes: text, bad: text, rate: text, handshakes: text };
  const { changes, bad, rate, handshakes } = parseArgs({ args: [...args], options }).values;
  return {
    changes: whole('changes', changes, 30),
    bad: whole('bad', bad, 20),
    rate: whole('rate', rate, 300),
    handshakes: whole('handshakes', handshakes, 4000),
  };
}

function whole(flag: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--${flag} must be a whole number of at least 1\nusage: ${usage}`);
}
