import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt, type Tool } from './built-tool.ts';

export const kubeconform: Tool = {
  name: 'kubeconform',
  version: '0.8.0',
  package: 'github.com/yannh/kubeconform/cmd/kubeconform',
  directory: join(import.meta.dirname, 'kubeconform'),
};

/** The path of kubeconform, built once into the per-user cache (10 seconds on 2 cores). Throws a SetupFailure. */
export const ensureKubeconform = (progress: Progress, cache = cacheDirectory()) =>
  ensureBuilt(kubeconform, progress, cache);
