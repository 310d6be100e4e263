import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { hostPlatform, installing } from '../install/cache.ts';
import { buildGoProgram, type GoProgram } from '../install/go-program.ts';
import { isExecutable } from '../install/programs.ts';
import type { Progress } from '../install/progress.ts';

/** `version` is that of go.mod in the program's directory; a test holds them together. */
export interface Tool extends GoProgram {
  readonly version: string;
}

/** The path of the tool, built once into the per-user cache. Throws a SetupFailure. */
export async function ensureBuilt(tool: Tool, progress: Progress, cache: string): Promise<string> {
  const file = join(cache, `${tool.name}-${tool.version}-${hostPlatform}`, tool.name);
  if (isExecutable(file)) return file;
  return installing(cache, progress, async (partial) => {
    // Another process may have built it while we waited for it.
    if (isExecutable(file)) return file;
    const built = join(partial, tool.name);
    await buildGoProgram(tool, built, { cache, partial, logFile: join(cache, 'build.log'), progress });
    mkdirSync(join(file, '..'), { recursive: true });
    renameSync(built, file);
    return file;
  });
}
