/**
 * Bases for images of ours where no registry of images is asked: Debian from its packages, and on it the Node that runs
 * all of this.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { ensureDebianPrograms } from '../install/debian-programs.ts';
import { explainRun } from '../install/explain-run.ts';
import { runLogged } from '../install/logged-run.ts';
import type { Progress } from '../install/progress.ts';
import { buildImage, type Image } from './image.ts';

const suite = 'bookworm';
/** What Node needs, beside apt for Dockerfiles that install packages. */
const packages = ['ca-certificates', 'libatomic1', 'libstdc++6'];
const leftOut = ['doc', 'locale', 'man'].map((name) => `path-exclude=/usr/share/${name}/*`);

/** Debian with apt; as new as the day on which the cache got it. */
export async function buildDebianImage(progress: Progress, cache = cacheDirectory()): Promise<Image> {
  const context = await ensureFileSystem(progress, cache);
  const dockerfile = join(import.meta.dirname, 'images/debian.Dockerfile');
  return buildImage({ name: 'debian', dockerfile, context }, progress, cache);
}

/** Debian with the Node of this process, as `node`. */
export async function buildNodeImage(progress: Progress, cache = cacheDirectory()): Promise<Image> {
  const base = await buildDebianImage(progress, cache);
  const context = join(cache, `node-${process.version}-${hostPlatform}`);
  if (!existsSync(join(context, 'node')))
    await installing(cache, progress, async (partial) => {
      copyFileSync(process.execPath, join(partial, 'node'));
      mkdirSync(context, { recursive: true });
      renameSync(join(partial, 'node'), join(context, 'node'));
    });
  const dockerfile = join(import.meta.dirname, 'images/node.Dockerfile');
  return buildImage({ name: 'node', dockerfile, context, base }, progress, cache);
}

/** The directory with its tar archive, made once by mmdebstrap (1 minute). */
async function ensureFileSystem(progress: Progress, cache: string): Promise<string> {
  const of = createHash('sha256')
    .update(JSON.stringify([packages, leftOut]))
    .digest('hex')
    .slice(0, 8);
  const directory = join(cache, `debian-${suite}-${of}-${hostPlatform}`);
  const archive = join(directory, 'debian.tar');
  if (existsSync(archive)) return directory;
  const purpose = 'Building images';
  const { mmdebstrap } = await ensureDebianPrograms({ mmdebstrap: 'mmdebstrap' }, { purpose, progress });
  return installing(cache, progress, async (partial) => {
    // Another process may have made it while we waited for it.
    if (existsSync(archive)) return directory;
    progress('putting Debian together from its packages');
    const made = join(partial, 'debian.tar');
    const logFile = join(cache, 'build.log');
    const without = leftOut.map((option) => `--dpkgopt=${option}`);
    const args = ['--variant=apt', `--include=${packages.join(',')}`, ...without, suite, made];
    const ended = await runLogged(mmdebstrap, args, { logFile });
    if (!ended.ok) throw explainRun('Putting Debian together failed', ended, logFile);
    mkdirSync(directory, { recursive: true });
    renameSync(made, archive);
    return directory;
  });
}
