import { createHash } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, hostPlatform, installing } from '../../../deploy/local/install/cache.ts';
import { explainRun } from '../../../deploy/local/install/explain-run.ts';
import { ensureGo } from '../../../deploy/local/install/go.ts';
import { runLogged } from '../../../deploy/local/install/logged-run.ts';
import { isExecutable } from '../../../deploy/local/install/programs.ts';
import type { Progress } from '../../../deploy/local/install/progress.ts';

const source = join(import.meta.dirname, 'verify-chain.go');

/** The path of verify-chain, which is built once for each state of its source and kept in the cache. */
export async function ensureGoVerifier(progress: Progress): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const cache = cacheDirectory();
  const program = join(cache, `verify-chain-${digest}-${hostPlatform}`);
  if (isExecutable(program)) return program;
  return installing(cache, progress, async (partial) => {
    if (!isExecutable(program)) await build(program, { cache, partial, logFile: join(cache, 'build.log'), progress });
    return program;
  });
}

async function build(program: string, search: Parameters<typeof ensureGo>[0]): Promise<void> {
  const { command, toolchain } = await ensureGo(search);
  const built = join(search.partial, 'verify-chain');
  const env = { GOTOOLCHAIN: toolchain, GOFLAGS: '', GOWORK: 'off', GO111MODULE: 'on', CGO_ENABLED: '0' };
  const ended = await runLogged(command, ['build', '-o', built, source], { env, logFile: search.logFile });
  if (!ended.ok) throw explainRun('Building the verifier in Go failed', ended, search.logFile);
  renameSync(built, program);
}
