import { parseArgs } from 'node:util';

export interface RevocationOptions {
  /** MtlsGateways that are there. */
  readonly count: number;
  /** Of them, whose client is revoked, one after another. */
  readonly revoked: number;
}

const usage = 'revocation [--count N] [--revoked N]';

/** Throws with a sentence and the usage. */
export function parseRevocationOptions(args: readonly string[]): RevocationOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { count: text, revoked: text } });
  const count = whole('count', values.count, 1000);
  const revoked = whole('revoked', values.revoked, Math.min(100, count));
  if (revoked > count) throw new Error(`--revoked is at most --count\nusage: ${usage}`);
  return { count, revoked };
}

function whole(flag: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${flag} must be a whole number above 0\nusage: ${usage}`);
}
