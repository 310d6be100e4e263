import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../../image/bundle.ts';
import { makeDistribution } from '../../image/distribution.ts';
import { ensureCurrentNginx } from '../install/nginx-current.ts';
import type { Progress } from '../install/progress.ts';
import { buildDebianImage, buildNodeImage } from '../node/debian-image.ts';
import { buildImage, type Image } from '../node/image.ts';

const dockerfile = (name: string) => join(import.meta.dirname, 'images', `${name}.Dockerfile`);
const standIn = join(import.meta.dirname, '../stand-in');

/** Of all that runs in pods. */
export interface Images {
  readonly operator: Image;
  readonly debianNginx: Image;
  readonly currentNginx: Image;
  readonly standIn: Image;
  /** curl. */
  readonly client: Image;
}

/** At once where the cache has them; some 4 minutes for all of them where it has none. */
export async function buildImages(progress: Progress): Promise<Images> {
  return {
    operator: await buildOperatorImage(progress),
    debianNginx: await buildOnDebian('nginx-debian', progress),
    currentNginx: await buildCurrentNginx(progress),
    standIn: await buildStandIn(progress),
    client: await buildOnDebian('client', progress),
  };
}

/** The image of the operator, of the sources as they are: its own Dockerfile, on a base of ours. */
export async function buildOperatorImage(progress: Progress): Promise<Image> {
  const base = await buildNodeImage(progress);
  const own = join(import.meta.dirname, '../../image/Dockerfile');
  return inNewDirectory(async (context) => {
    await makeDistribution(context);
    return buildImage({ name: 'mtls-operator', dockerfile: own, context, base }, progress);
  });
}

/** What it takes comes from the packages of Debian alone. */
async function buildOnDebian(name: string, progress: Progress): Promise<Image> {
  const base = await buildDebianImage(progress);
  return inNewDirectory((context) => buildImage({ name, dockerfile: dockerfile(name), context, base }, progress));
}

async function buildCurrentNginx(progress: Progress): Promise<Image> {
  const base = await buildDebianImage(progress);
  const context = dirname(await ensureCurrentNginx(progress));
  return buildImage({ name: 'nginx-current', dockerfile: dockerfile('nginx-current'), context, base }, progress);
}

/** Its module looks for what else it reads beside its own directory, as the sources do. */
async function buildStandIn(progress: Progress): Promise<Image> {
  const base = await buildNodeImage(progress);
  return inNewDirectory(async (context) => {
    await bundle('deploy/local/stand-in/main.ts', join(context, 'program'));
    for (const name of ['lua', 'schemas']) cpSync(join(standIn, name), join(context, name), { recursive: true });
    return buildImage({ name: 'stand-in', dockerfile: dockerfile('stand-in'), context, base }, progress);
  });
}

async function inNewDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-image-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
