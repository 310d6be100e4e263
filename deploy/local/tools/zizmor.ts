import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { explainRun } from '../install/explain-run.ts';
import { runLogged } from '../install/logged-run.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';
import { makeVenv } from '../install/venv.ts';

/** Its version and the sums of its wheels. */
const requirements = join(import.meta.dirname, 'zizmor', 'requirements.txt');

function readVersion(): string {
  const [, version] = /^zizmor==(\S+)/m.exec(readFileSync(requirements, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${requirements} names no version`);
  return version;
}

/** The path of zizmor, fetched once from PyPI into the per-user cache (10 MB). Throws a SetupFailure. */
export async function ensureZizmor(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const file = join(cache, `zizmor-${readVersion()}-${hostPlatform}`, 'zizmor');
  if (isExecutable(file)) return file;
  return installing(cache, progress, async (partial) => {
    // Another process may have fetched it while we waited for it.
    if (isExecutable(file)) return file;
    const fetched = await fetchInto(partial, join(cache, 'build.log'), progress);
    mkdirSync(join(file, '..'), { recursive: true });
    renameSync(fetched, file);
    return file;
  });
}

async function fetchInto(directory: string, logFile: string, progress: Progress): Promise<string> {
  progress('fetching zizmor from PyPI');
  const venv = join(directory, 'venv');
  const packages = join(directory, 'packages');
  await makeVenv(venv, { because: "Python's venv is missing, to fetch zizmor with", logFile, progress });
  const pip = await runLogged(
    join(venv, 'bin', 'pip'),
    [
      ...['install', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--only-binary', ':all:'],
      ...['--require-hashes', '--requirement', requirements, '--target', packages],
    ],
    { logFile },
  );
  if (!pip.ok) throw explainRun('zizmor could not be fetched from PyPI', pip, logFile);
  // A program by itself: it needs no Python.
  return join(packages, 'bin', 'zizmor');
}
