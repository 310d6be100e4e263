import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, installing } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { pinnedVersion, unpackWheel } from '../install/pypi.ts';

const wheel = { name: 'crossplane', requirements: join(import.meta.dirname, 'crossplane', 'requirements.txt') };

/**
 * NGINX's own parser of its configuration, in Python: the directory that PYTHONPATH is to name for `import crossplane`.
 * Fetched once from PyPI into the per-user cache (1 MB). Throws a SetupFailure.
 */
export async function ensureCrossplane(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const packages = join(cache, `crossplane-${pinnedVersion(wheel)}`);
  if (existsSync(packages)) return packages;
  return installing(cache, progress, async (directory) => {
    // Another process may have fetched it while we waited for it.
    if (!existsSync(packages))
      renameSync(await unpackWheel(wheel, { directory, logFile: join(cache, 'build.log'), progress }), packages);
    return packages;
  });
}
