/**
 * The per-user cache. What lies in it under its final name is whole: everything is made in a directory `partial-*`
 * beside and renamed into place, by one process at a time. What a killed process left half-finished is never used
 * and goes with the next installation.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { SetupFailure } from '../setup-failure.ts';
import { findOnPath } from './programs.ts';
import type { Progress } from './progress.ts';

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** In Go's words: `linux-amd64`. */
export const hostPlatform = `${platform()}-${goArchitectures[arch()] ?? arch()}`;

/** Follows XDG_CACHE_HOME. */
export function cacheDirectory(): string {
  return envPaths('mtls-operator', { suffix: '' }).cache;
}

/**
 * Runs `install` with an empty directory for its half-finished things, while no other process installs into `cache`.
 * The kernel gives the lock back when this process ends, so a crash cannot leave it behind.
 */
export async function installing<Result>(
  cache: string,
  progress: Progress,
  install: (partial: string) => Promise<Result>,
): Promise<Result> {
  mkdirSync(cache, { recursive: true });
  const unlock = await lock(join(cache, 'lock'), progress);
  try {
    removePartial(cache);
    return await install(mkdtempSync(join(cache, 'partial-')));
  } finally {
    removePartial(cache);
    unlock();
  }
}

function removePartial(cache: string): void {
  for (const name of readdirSync(cache)) {
    if (name.startsWith('partial-')) rmSync(join(cache, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function lock(file: string, progress: Progress): Promise<() => void> {
  const flock = findOnPath('flock');
  if (flock === undefined) throw new SetupFailure('flock is missing: install it (Debian: apt-get install util-linux).');
  const descriptor = openSync(file, 'a');
  // The lock belongs to the open file that we share with flock(1), so it stays ours when flock has ended.
  const take = async (...options: readonly string[]) => {
    const command = spawn(flock, [...options, '--exclusive', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    const [code] = await once(command, 'exit');
    return code === 0;
  };
  if (!(await take('--nonblock'))) {
    progress('waiting for another installation to finish');
    await take();
  }
  return () => closeSync(descriptor);
}
