import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt, type Tool } from './built-tool.ts';

/** Judges a dashboard by Grafana's own schema; the version is that of Grafana's library. */
export const dashboardJudge: Tool = {
  name: 'dashboard-judge',
  version: '0.0.22',
  package: '.',
  directory: join(import.meta.dirname, 'dashboard'),
};

/** The path of the judge, built once into the per-user cache (20 seconds on 2 cores). Throws a SetupFailure. */
export const ensureDashboardJudge = (progress: Progress, cache = cacheDirectory()) =>
  ensureBuilt(dashboardJudge, progress, cache);
