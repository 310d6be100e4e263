import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { buildGoProgram } from '../install/go-program.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';

/** The version of go.mod beside this file, whose go.sum vouches for the sources. */
export const helmVersion = '4.3.1';

const program = { name: 'helm', package: 'helm.sh/helm/v4/cmd/helm', directory: import.meta.dirname };

/** The path of helm, built once into the per-user cache (2 minutes on 2 cores). Throws a SetupFailure. */
export async function ensureHelm(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const helm = join(cache, `helm-${helmVersion}-${hostPlatform}`, 'helm');
  if (isExecutable(helm)) return helm;
  return installing(cache, progress, async (partial) => {
    // Another process may have built it while we waited for it.
    if (isExecutable(helm)) return helm;
    const built = join(partial, 'helm');
    await buildGoProgram(program, built, { cache, partial, logFile: join(cache, 'build.log'), progress });
    mkdirSync(join(helm, '..'), { recursive: true });
    renameSync(built, helm);
    return helm;
  });
}
