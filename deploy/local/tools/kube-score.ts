import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt, type Tool } from './built-tool.ts';

export const kubeScore: Tool = {
  name: 'kube-score',
  version: '1.20.0',
  package: 'github.com/zegl/kube-score/cmd/kube-score',
  directory: join(import.meta.dirname, 'kube-score'),
};

/** The path of kube-score, built once into the per-user cache (a minute on 2 cores). Throws a SetupFailure. */
export const ensureKubeScore = (progress: Progress, cache = cacheDirectory()) =>
  ensureBuilt(kubeScore, progress, cache);
