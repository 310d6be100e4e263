import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDistribution } from '../../../deploy/image/distribution.ts';
import { ensureCurrentNginx } from '../../../deploy/local/install/nginx-current.ts';
import type { Progress } from '../../../deploy/local/install/progress.ts';
import { buildDebianImage, buildNodeImage } from '../../../deploy/local/node/debian-image.ts';
import { buildImage, type Image } from '../../../deploy/local/node/image.ts';

const dockerfiles = join(import.meta.dirname, '../../cluster/images');

/** The image of the operator, of the sources as they are: its own Dockerfile, on a base of ours. */
export async function buildOperatorImage(progress: Progress): Promise<Image> {
  const base = await buildNodeImage(progress);
  const dockerfile = join(import.meta.dirname, '../../../deploy/image/Dockerfile');
  return inNewDirectory(async (context) => {
    await makeDistribution(context);
    return buildImage({ name: 'mtls-operator', dockerfile, context, base }, progress);
  });
}

/** NGINX as Debian has it. */
export async function buildDebianNginx(progress: Progress): Promise<Image> {
  const base = await buildDebianImage(progress);
  const dockerfile = join(dockerfiles, 'nginx-debian.Dockerfile');
  return inNewDirectory((context) => buildImage({ name: 'nginx-debian', dockerfile, context, base }, progress));
}

export async function buildCurrentNginx(progress: Progress): Promise<Image> {
  const base = await buildDebianImage(progress);
  const context = dirname(await ensureCurrentNginx(progress));
  const dockerfile = join(dockerfiles, 'nginx-current.Dockerfile');
  return buildImage({ name: 'nginx-current', dockerfile, context, base }, progress);
}

async function inNewDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-image-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
