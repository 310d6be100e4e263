import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { ensureBuilt } from '../tools/built-tool.ts';

const directory = join(import.meta.dirname, 'flux');
/** Its source is ours, so a change of it is another program. */
const sources = createHash('sha256');
for (const file of ['main.go', 'go.mod']) sources.update(readFileSync(join(directory, file)));
const version = sources.digest('hex').slice(0, 16);

/** The path of a program that judges as Flux does. Throws a SetupFailure. */
export const ensureFlux = (progress: Progress, cache = cacheDirectory()) =>
  ensureBuilt({ name: 'flux', version, package: '.', directory }, progress, cache);
