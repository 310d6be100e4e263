/**
 * `main.go` built once for every version of Kubernetes that judges our CRDs, into the per-user cache. Each has a .mod and
 * a .sum file of its own here, so that one source meets each version with the libraries of its time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { buildGoProgram } from '../install/go-program.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';
import { judgingVersions, modFileOf } from '../versions.ts';

export type JudgingVersion = (typeof judgingVersions)[number];

const directory = import.meta.dirname;

/** The program of each version. Throws a SetupFailure. */
export async function ensureJudges(
  progress: Progress,
  cache = cacheDirectory(),
): Promise<ReadonlyMap<JudgingVersion, string>> {
  const programs = new Map(judgingVersions.map((version) => [version, programOf(version, cache)]));
  const isMissing = (version: JudgingVersion) => !isExecutable(programs.get(version) ?? '');
  if (judgingVersions.some(isMissing)) {
    await installing(cache, progress, async (partial) => {
      // Another process may have built them while we waited for it.
      for (const version of judgingVersions.filter(isMissing)) {
        const built = join(partial, version);
        const name = `the judge of CRDs for Kubernetes ${version}`;
        const program = { name, package: '.', directory, modFile: modFileOf(version) };
        await buildGoProgram(program, built, { cache, partial, logFile: join(cache, 'build.log'), progress });
        const target = programOf(version, cache);
        mkdirSync(join(target, '..'), { recursive: true });
        renameSync(built, target);
      }
    });
  }
  return programs;
}

/** Its sources are ours, so a change of them is another program. */
function programOf(version: JudgingVersion, cache: string): string {
  const sources = createHash('sha256');
  for (const file of ['main.go', modFileOf(version)]) sources.update(readFileSync(join(directory, file)));
  return join(cache, `apiextensions-${version}-${sources.digest('hex').slice(0, 16)}-${hostPlatform}`, 'judge');
}
