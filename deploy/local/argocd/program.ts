/**
 * Argo CD and what judges for Flux, built from their sources into the per-user cache. Argo CD is one program that plays
 * each of its parts, as ARGOCD_BINARY_NAME tells it.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../install/cache.ts';
import { ensureDebianPrograms } from '../install/debian-programs.ts';
import { explainRun } from '../install/explain-run.ts';
import { ensureGo, type GoSearch } from '../install/go.ts';
import { buildGoProgram } from '../install/go-program.ts';
import { runLogged } from '../install/logged-run.ts';
import type { Progress } from '../install/progress.ts';

const module_ = 'github.com/argoproj/argo-cd/v3';
const directory = import.meta.dirname;

/** What go.mod pins. */
const argoCdVersion = pinned(readFileSync(join(directory, 'go.mod'), 'utf8'));

export interface ArgoCdPrograms {
  readonly argocd: string;
  /** Holds the CRDs of that version. */
  readonly crds: string;
  readonly redis: string;
  readonly git: string;
}

/** Built once: 5 minutes on 2 cores when Go's cache is cold, and 150 MB. Throws a SetupFailure. */
export async function ensureArgoCd(progress: Progress, cache = cacheDirectory()): Promise<ArgoCdPrograms> {
  const packages = { 'redis-server': 'redis-server', git: 'git' };
  const debian = await ensureDebianPrograms(packages, { purpose: 'Argo CD', progress });
  const place = join(cache, `argocd-${argoCdVersion}-${hostPlatform}`);
  if (!existsSync(place))
    await installing(cache, progress, async (partial) => {
      // Another process may have built it while we waited for it.
      if (!existsSync(place)) await build(place, { cache, partial, logFile: join(cache, 'build.log'), progress });
    });
  const { 'redis-server': redis, git } = debian;
  return { argocd: join(place, 'argocd'), crds: join(place, 'crds'), redis, git };
}

async function build(place: string, search: GoSearch): Promise<void> {
  const whole = join(search.partial, 'whole');
  mkdirSync(whole);
  const program = { name: `Argo CD ${argoCdVersion}`, package: `${module_}/cmd`, directory };
  await buildGoProgram(program, join(whole, 'argocd'), search);
  // Go keeps its sources in directories that cannot be written to: file by file, ours can be removed again.
  const from = join(await sources(search), 'manifests', 'crds');
  mkdirSync(join(whole, 'crds'));
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(whole, 'crds', name));
  renameSync(whole, place);
}

/** Where Go keeps the sources that it has just built. */
async function sources(search: GoSearch): Promise<string> {
  const go = await ensureGo(search);
  const env = { GOTOOLCHAIN: go.toolchain, GOFLAGS: '-mod=readonly', GOWORK: 'off', GO111MODULE: 'on' };
  const args = ['list', '-m', '-f', '{{.Dir}}', module_];
  const listed = await runLogged(go.command, args, { cwd: directory, env, logFile: search.logFile });
  if (!listed.ok) throw explainRun('The CRDs of Argo CD were not found', listed, search.logFile);
  return listed.stdout.trim();
}

function pinned(goMod: string): string {
  const version = new RegExp(`\\t${module_} v(\\S+)`).exec(goMod)?.[1];
  if (version === undefined) throw new Error(`go.mod names no version of ${module_}`);
  return version;
}
