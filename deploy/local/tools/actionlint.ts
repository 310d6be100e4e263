import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt, type Tool } from './built-tool.ts';

export const actionlint: Tool = {
  name: 'actionlint',
  version: '1.7.12',
  package: 'github.com/rhysd/actionlint/cmd/actionlint',
  directory: join(import.meta.dirname, 'actionlint'),
};

/** The path of actionlint, built once into the per-user cache (10 seconds on 2 cores). Throws a SetupFailure. */
export const ensureActionlint = (progress: Progress, cache = cacheDirectory()) =>
  ensureBuilt(actionlint, progress, cache);
