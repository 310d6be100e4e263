/**
 * kube-apiserver and kube-controller-manager of another version than the control plane's, for suites: built from sources
 * alone, into the per-user cache. What is compiled for one version is of no use to another, so each takes some 8 minutes
 * on 2 cores the first time.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { OtherKubernetes } from '../versions.ts';
import { cacheDirectory, hostPlatform, installing } from './cache.ts';
import { buildPrograms } from './go-build.ts';
import { findIn, type Servers, serverNames } from './programs.ts';
import type { Progress } from './progress.ts';

/** At once when the cache has them. Throws a SetupFailure. */
export async function ensureOtherKubernetes(
  version: OtherKubernetes,
  progress: Progress,
  cache = cacheDirectory(),
): Promise<Servers> {
  const directory = join(cache, `kubernetes-${version}-${hostPlatform}`);
  const found = findIn(directory, serverNames);
  if (isComplete(found)) return found;
  return installing(cache, progress, async (partial) => {
    // Another process may have built them while we waited for it.
    const meanwhile = findIn(directory, serverNames);
    if (isComplete(meanwhile)) return meanwhile;
    const search = { cache, partial, logFile: join(cache, 'build.log'), progress };
    const built = await buildPrograms(serverNames, search, version);
    mkdirSync(directory, { recursive: true });
    for (const [name, path] of Object.entries(built)) renameSync(path, join(directory, name));
    const kept = findIn(directory, serverNames);
    if (!isComplete(kept)) throw new Error(`the build gave not all programs of Kubernetes ${version}`);
    return kept;
  });
}

function isComplete(servers: Partial<Servers>): servers is Servers {
  return serverNames.every((name) => servers[name] !== undefined);
}
