import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { explainRun } from '../install/explain-run.ts';
import { ensureGo } from '../install/go.ts';
import { runLogged } from '../install/logged-run.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';

/** The version of go.mod beside this file, whose go.sum vouches for the sources. */
export const helmVersion = '4.3.1';

/** The path of helm, built once into the per-user cache (2 minutes on 2 cores). Throws a SetupFailure. */
export async function ensureHelm(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const helm = join(cache, `helm-${helmVersion}-${hostPlatform}`, 'helm');
  if (isExecutable(helm)) return helm;
  return installing(cache, progress, async (partial) => {
    // Another process may have built it while we waited for it.
    if (isExecutable(helm)) return helm;
    const built = join(partial, 'helm');
    await build(built, { cache, partial, progress });
    mkdirSync(join(helm, '..'), { recursive: true });
    renameSync(built, helm);
    return helm;
  });
}

interface Site {
  readonly cache: string;
  readonly partial: string;
  readonly progress: Progress;
}

async function build(target: string, { cache, partial, progress }: Site): Promise<void> {
  const logFile = join(cache, 'build.log');
  const go = await ensureGo({ cache, partial, logFile, progress });
  let compiled = 0;
  progress('building helm');
  const ended = await runLogged(
    go.command,
    ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, 'helm.sh/helm/v4/cmd/helm'],
    {
      cwd: import.meta.dirname,
      // Not empty: then what the user put there with `go env -w` would count.
      env: { GOTOOLCHAIN: go.toolchain, GOFLAGS: '-mod=readonly', GOWORK: 'off', GO111MODULE: 'on', CGO_ENABLED: '0' },
      logFile,
      onLine: () => progress(`building helm: fetched or compiled ${++compiled} packages`),
    },
  );
  if (!ended.ok) throw explainRun('Building helm failed', ended, logFile);
}
