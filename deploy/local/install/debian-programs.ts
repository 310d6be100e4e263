import { SetupFailure } from '../setup-failure.ts';
import { installPackages } from './debian.ts';
import { findOnPath } from './programs.ts';
import type { Progress } from './progress.ts';

/** Programs by name, each with the package of Debian that it comes from. Throws a SetupFailure when one cannot be had. */
export async function ensureDebianPrograms<Name extends string>(
  packages: Readonly<Record<Name, string>>,
  { purpose, progress }: { readonly purpose: string; readonly progress: Progress },
): Promise<Readonly<Record<Name, string>>> {
  const wanted = Object.entries<string>(packages);
  const missing = wanted.filter(([name]) => findOnPath(name) === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    const because = `${purpose} needs ${names}, which cannot be found`;
    await installPackages([...new Set(missing.map(([, one]) => one))], { because, progress });
  }
  return Object.fromEntries(wanted.map(([name]) => [name, requireOnPath(name)])) as Record<Name, string>;
}

function requireOnPath(name: string): string {
  const path = findOnPath(name);
  if (path === undefined) throw new SetupFailure(`${name} cannot be found: install it and see that it is in the PATH.`);
  return path;
}
