/**
 * The programs of the control plane, from wherever they can be had: what KUBEBUILDER_ASSETS holds, the per-user cache,
 * a kubectl of the machine, the published envtest archive, and at last their sources, built with Go. Each way is asked
 * only for what the ways before it lack. Promises that a program of the cache is whole, of a pinned version, and came
 * from checked bytes. Never starts anything and never touches a cluster.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, envtestArchives, versions } from '../versions.ts';
import { cacheDirectory, hostPlatform, installing } from './cache.ts';
import { fetchArchive, programsInArchive } from './envtest-archive.ts';
import { buildPrograms } from './go-build.ts';
import { findFittingKubectl } from './machine-kubectl.ts';
import { type FoundPrograms, findIn, type ProgramName, type Programs, programNames } from './programs.ts';
import type { Progress } from './progress.ts';

export interface Installation {
  /** A directory of programs that are used as they are, as KUBEBUILDER_ASSETS names one. */
  readonly assets: string | undefined;
  readonly cache: string;
  readonly archive: Archive | undefined;
  /** How long the archive's server may take to begin its answer. */
  readonly within: Temporal.Duration;
}

const onThisMachine = (): Installation => ({
  assets: process.env['KUBEBUILDER_ASSETS'],
  cache: cacheDirectory(),
  archive: envtestArchives[hostPlatform],
  within: Temporal.Duration.from({ seconds: 5 }),
});

/** Everything that starting a control plane takes; at once when the cache is full. Throws a SetupFailure. */
export async function ensureControlPlane(progress: Progress, given: Partial<Installation> = {}): Promise<Programs> {
  const installation = { ...onThisMachine(), ...given };
  const found = await findPrograms(installation);
  if (isComplete(found)) return found;
  return installing(installation.cache, progress, async (partial) => {
    // Another process may have installed while we waited for it.
    const meanwhile = await findPrograms(installation);
    return isComplete(meanwhile) ? meanwhile : installMissing(meanwhile, { installation, partial, progress });
  });
}

function programDirectory(cache: string): string {
  return join(cache, `control-plane-${versions.kubernetes}-etcd-${versions.etcd}-${hostPlatform}`);
}

async function findPrograms({ assets, cache }: Installation): Promise<FoundPrograms> {
  const found = {
    ...findIn(programDirectory(cache), programNames),
    ...(assets === undefined ? {} : findIn(assets, programNames)),
  };
  if (found.kubectl !== undefined) return found;
  const kubectl = await findFittingKubectl();
  return kubectl === undefined ? found : { ...found, kubectl };
}

interface Site {
  readonly installation: Installation;
  readonly partial: string;
  readonly progress: Progress;
}

async function installMissing(found: FoundPrograms, { installation, partial, progress }: Site): Promise<Programs> {
  const { archive, cache, within } = installation;
  let programs = found;

  const published = lacking(programs).filter((name) => programsInArchive.includes(name));
  if (archive !== undefined && published.length > 0) {
    const directory = join(partial, 'archive');
    mkdirSync(directory);
    const fetched = await fetchArchive(archive, { wanted: published, directory, within, progress });
    programs = { ...programs, ...keep(fetched, cache) };
  }

  const missing = lacking(programs);
  if (missing.length > 0) {
    const logFile = join(cache, 'build.log');
    programs = { ...programs, ...keep(await buildPrograms(missing, { cache, partial, logFile, progress }), cache) };
  }
  return requireComplete(programs);
}

function lacking(programs: FoundPrograms): readonly ProgramName[] {
  return programNames.filter((name) => programs[name] === undefined);
}

/** Moves finished programs to their place, each by one rename. */
function keep(programs: FoundPrograms, cache: string): FoundPrograms {
  const directory = programDirectory(cache);
  mkdirSync(directory, { recursive: true });
  for (const [name, path] of Object.entries(programs)) renameSync(path, join(directory, name));
  return findIn(directory, programNames);
}

function isComplete(programs: FoundPrograms): programs is Programs {
  return lacking(programs).length === 0;
}

function requireComplete(programs: FoundPrograms): Programs {
  if (!isComplete(programs)) throw new Error(`the build gave no ${lacking(programs).join(', ')}`);
  return programs;
}
