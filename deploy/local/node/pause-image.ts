import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt } from '../tools/built-tool.ts';
import { buildImage, type Image } from './image.ts';

/** Of the program here. */
const version = '1';

/** What holds the namespaces of each pod open; built here, since no registry is asked. */
export async function buildPauseImage(progress: Progress, cache = cacheDirectory()): Promise<Image> {
  const tool = { name: 'pause', version, package: './pause', directory: import.meta.dirname };
  const program = await ensureBuilt(tool, progress, cache);
  return buildImage(
    { name: 'pause', dockerfile: join(import.meta.dirname, 'images/pause.Dockerfile'), context: join(program, '..') },
    progress,
    cache,
  );
}
