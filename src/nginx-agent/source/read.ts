import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { largestFile, type Mounted, type MountedFile } from './judge.ts';

/** The files that the agent reads, and whose they are. */
const names = { secret: ['tls.crt', 'tls.key', 'ca.crt', 'ca.crl'], config: ['release.json'] } as const;

export interface Directories {
  readonly secretDirectory: string;
  readonly configDirectory: string;
}

/** What is mounted now. Each volume is read as of one moment; whether the two belong together is judged later. */
export async function readMounted({ secretDirectory, configDirectory }: Directories): Promise<Mounted> {
  const both = await Promise.all([
    readVolume(secretDirectory, names.secret),
    readVolume(configDirectory, names.config),
  ]);
  return new Map(both.flat());
}

/** Kubelet swaps `..data` by a rename: the directory behind it never changes, but it may go away while it is read. */
async function readVolume(directory: string, wanted: readonly string[]) {
  for (let attempt = 1; ; attempt += 1) {
    const before = await generationOf(directory);
    const files = await Promise.all(wanted.map((name) => readFile(before, name)));
    if ((await generationOf(directory)) === before || attempt === 3) return files.flat();
  }
}

/** A plain directory has no generations. */
async function generationOf(directory: string): Promise<string> {
  return realpath(join(directory, '..data')).catch(() => directory);
}

async function readFile(directory: string, name: string): Promise<readonly (readonly [string, MountedFile])[]> {
  try {
    const chunks: Buffer[] = [];
    // One octet more than is taken, however large the file is.
    for await (const chunk of createReadStream(join(directory, name), { end: largestFile })) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    return [[name, content.length > largestFile ? 'too large' : content]];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : [[name, 'not readable']];
  }
}
