import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import { SetupFailure } from '../setup-failure.ts';
import type { Archive } from '../versions.ts';
import { type FoundPrograms, findIn, type ProgramName } from './programs.ts';
import type { Progress } from './progress.ts';
import { findSentence } from './report-failure.ts';

/** What the published archive holds, under `controller-tools/envtest/`; there is no kube-controller-manager in it. */
export const programsInArchive: readonly ProgramName[] = ['kube-apiserver', 'etcd', 'kubectl'];

/**
 * Unpacks the wanted programs into `directory`. Gives none of them when the server does not answer within the limit,
 * or not with the archive. A body that breaks off or has another checksum is refused for good: a SetupFailure,
 * since falling back in silence would hide tampering.
 */
export async function fetchArchive(
  archive: Archive,
  {
    wanted,
    directory,
    within,
    progress,
  }: {
    readonly wanted: readonly ProgramName[];
    readonly directory: string;
    readonly within: Temporal.Duration;
    readonly progress: Progress;
  },
): Promise<FoundPrograms> {
  const response = await request(archive.url, within);
  if (response === undefined) {
    progress(`${new URL(archive.url).host} does not serve the published archive, so it is built here`);
    return {};
  }
  const file = join(directory, 'envtest.tar.gz');
  const sha512 = await save(response, file, progress);
  if (sha512 !== archive.sha512) {
    throw new SetupFailure(
      `${archive.url} has another SHA-512 (${sha512}) than versions.ts: it was changed on its way or at its source, so it is not used; find out why before you go on.`,
    );
  }
  await extract({ file, cwd: directory, strip: 2, filter: (path) => wanted.some((name) => name === basename(path)) });
  return findIn(directory, wanted);
}

/** The limit is for the answer to begin; undici itself gives up on a body that is silent for five minutes. */
async function request(url: string, within: Temporal.Duration): Promise<Response | undefined> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), within.total('milliseconds'));
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (response.ok) return response;
    await response.body?.cancel();
    return undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function save(response: Response, file: string, progress: Progress): Promise<string> {
  const hash = createHash('sha512');
  const total = inMegabytes(Number(response.headers.get('content-length')));
  let received = 0;
  async function* counted(body: AsyncIterable<Uint8Array>) {
    for await (const chunk of body) {
      hash.update(chunk);
      received += chunk.length;
      progress(`downloaded ${inMegabytes(received)} of ${total} MB of the control plane`);
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(response.body ?? []), counted, createWriteStream(file));
  } catch (error) {
    if (findSentence(error) !== undefined) throw error;
    throw new SetupFailure(`The download of ${response.url} broke off, so it is not used: try again.`);
  }
  return hash.digest('hex');
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
