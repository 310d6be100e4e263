/**
 * Images from Dockerfiles without a daemon, by buildah. An image is an archive in the per-user cache, under a hash of all
 * that goes into it: what has not changed is not built again.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { ensureDebianPrograms } from '../install/debian-programs.ts';
import { explainRun } from '../install/explain-run.ts';
import { runLogged } from '../install/logged-run.ts';
import type { Progress } from '../install/progress.ts';

export interface Image {
  /** As a pod names it, with `imagePullPolicy: Never`. */
  readonly reference: string;
  /** The file of `docker save`. */
  readonly archive: string;
}

export interface Recipe {
  readonly name: string;
  readonly dockerfile: string;
  /** The directory that `COPY` and `ADD` copy from. */
  readonly context: string;
  /** In the place of the Dockerfile's own, by its argument BASE. */
  readonly base?: Image;
}

/** Archives of an image that are kept: whoever changes the sources leaves one for each state of them. */
const kept = 3;

/** Builds the image unless the cache has it. Throws a SetupFailure. */
export async function buildImage(recipe: Recipe, progress: Progress, cache = cacheDirectory()): Promise<Image> {
  const { name } = recipe;
  const tag = digestOf(recipe);
  const reference = `localhost/${name}:${tag}`;
  const archive = join(cache, 'images', `${name}-${tag}-${hostPlatform}.tar`);
  if (existsSync(archive)) return { reference, archive };
  const { buildah } = await ensureDebianPrograms({ buildah: 'buildah' }, { purpose: 'Building images', progress });
  return installing(cache, progress, async (partial) => {
    // Another process may have built it while we waited for it.
    if (existsSync(archive)) return { reference, archive };
    progress(`building the image ${name}`);
    const logFile = join(cache, 'build.log');
    const built = await buildArchive(recipe, { buildah, partial, reference, logFile });
    mkdirSync(join(cache, 'images'), { recursive: true });
    renameSync(built, archive);
    forgetOlder(join(cache, 'images'), name);
    return { reference, archive };
  });
}

/** Tells one image from any other by what it is built from. */
export function digestOf({ dockerfile, context, base }: Recipe): string {
  const hash = createHash('sha256').update(JSON.stringify([readFileSync(dockerfile, 'utf8'), base?.reference]));
  const files = readdirSync(context, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    hash.update(JSON.stringify([relative(context, path), statSync(path).mode])).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

interface Site {
  readonly buildah: string;
  readonly partial: string;
  readonly reference: string;
  readonly logFile: string;
}

async function buildArchive({ name, dockerfile, context, base }: Recipe, site: Site): Promise<string> {
  const { buildah, partial, reference, logFile } = site;
  const archive = join(partial, 'image.tar');
  const storage = ['--root', join(partial, 'storage'), '--runroot', join(partial, 'run'), '--storage-driver', 'vfs'];
  const from = base === undefined ? [] : ['--build-arg', `BASE=docker-archive:${base.archive}`];
  // No timestamp of now: the same content gives the same layers.
  const build = [
    'build',
    '--isolation',
    'chroot',
    '--timestamp',
    '0',
    ...from,
    '--tag',
    reference,
    '--file',
    dockerfile,
  ];
  for (const args of [
    [...build, context],
    ['push', reference, `docker-archive:${archive}:${reference}`],
  ]) {
    const ended = await runLogged(buildah, [...storage, ...args], { logFile });
    if (!ended.ok) throw explainRun(`Building the image ${name} failed`, ended, logFile);
  }
  return archive;
}

function forgetOlder(directory: string, name: string): void {
  const archives = globSync(`${name}-${'[0-9a-f]'.repeat(16)}-*.tar`, { cwd: directory }).map((file) =>
    join(directory, file),
  );
  const newestFirst = archives.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const archive of newestFirst.slice(kept)) rmSync(archive);
}
