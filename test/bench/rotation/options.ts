import { parseArgs } from 'node:util';

export interface RotationOptions {
  readonly rotations: number;
  readonly rollbacks: number;
  /** Requests a second, to the combination that is rotated. */
  readonly rate: number;
  /** The same seed gives the same kills. */
  readonly seed: number;
}

const fallback: RotationOptions = { rotations: 20, rollbacks: 10, rate: 100, seed: 1 };

const usage = 'rotation [--rotations N] [--rollbacks N] [--rate N] [--seed N]';

/** Throws with a sentence and the usage. */
export function parseRotationOptions(args: readonly string[]): RotationOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { rotations: text, rollbacks: text, rate: text, seed: text },
  });
  const read = (name: keyof RotationOptions): number => {
    const number = values[name] === undefined ? fallback[name] : Number(values[name]);
    if (Number.isInteger(number) && number >= 0) return number;
    throw new Error(`--${name} must be a whole number\nusage: ${usage}`);
  };
  return { rotations: read('rotations'), rollbacks: read('rollbacks'), rate: read('rate'), seed: read('seed') };
}
