import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt, type Tool } from './built-tool.ts';

export const helm: Tool = {
  name: 'helm',
  version: '4.3.1',
  package: 'helm.sh/helm/v4/cmd/helm',
  directory: import.meta.dirname,
};

/** The path of helm, built once into the per-user cache (2 minutes on 2 cores). Throws a SetupFailure. */
export const ensureHelm = (progress: Progress, cache = cacheDirectory()) => ensureBuilt(helm, progress, cache);
