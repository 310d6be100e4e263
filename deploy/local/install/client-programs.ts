import { SetupFailure } from '../setup-failure.ts';
import { installPackages } from './debian.ts';
import { findOnPath } from './programs.ts';
import type { Progress } from './progress.ts';

/** What a person would use to try the guides by hand; the packages are named as the programs. */
const names = ['curl', 'openssl'] as const;
export type ClientPrograms = Readonly<Record<(typeof names)[number], string>>;

/** Throws a SetupFailure when one is missing and cannot be installed. */
export async function ensureClientPrograms(progress: Progress): Promise<ClientPrograms> {
  const missing = names.filter((name) => findOnPath(name) === undefined);
  if (missing.length > 0)
    await installPackages(missing, { because: `${missing.join(' and ')} cannot be found`, progress });
  return { curl: requireOnPath('curl'), openssl: requireOnPath('openssl') };
}

function requireOnPath(name: string): string {
  const path = findOnPath(name);
  if (path === undefined) throw new SetupFailure(`${name} cannot be found: install it and see that it is in the PATH.`);
  return path;
}
