import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';
import { pinnedVersion, unpackWheel } from '../install/pypi.ts';

const wheel = { name: 'zizmor', requirements: join(import.meta.dirname, 'zizmor', 'requirements.txt') };

/** The path of zizmor, fetched once from PyPI into the per-user cache (10 MB). Throws a SetupFailure. */
export async function ensureZizmor(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const file = join(cache, `zizmor-${pinnedVersion(wheel)}-${hostPlatform}`, 'zizmor');
  if (isExecutable(file)) return file;
  return installing(cache, progress, async (directory) => {
    // Another process may have fetched it while we waited for it.
    if (isExecutable(file)) return file;
    const packages = await unpackWheel(wheel, { directory, logFile: join(cache, 'build.log'), progress });
    mkdirSync(join(file, '..'), { recursive: true });
    // A program by itself: it needs no Python.
    renameSync(join(packages, 'bin', 'zizmor'), file);
    return file;
  });
}
