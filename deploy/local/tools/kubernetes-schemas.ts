import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDirectory, installing } from '../install/cache.ts';
import type { Progress } from '../install/progress.ts';
import { pinnedVersion, unpackWheel } from '../install/pypi.ts';
import { judgingVersions } from '../versions.ts';

const wheel = {
  name: 'kubernetes-validate',
  requirements: join(import.meta.dirname, 'kubernetes-schemas', 'requirements.txt'),
};

/** The oldest minor version that the chart takes and the newest, as `1.31.0`. */
export const schemaVersions = [judgingVersions[0], judgingVersions[3]].map((version) =>
  version.replace(/\.\d+$/, '.0'),
);

/**
 * A directory with the schemas of Kubernetes for each of these versions, as kubeconform wants them: by file, unknown fields
 * refused. Fetched once from PyPI into the per-user cache (22 MB). Throws a SetupFailure.
 */
export async function ensureKubernetesSchemas(progress: Progress, cache = cacheDirectory()): Promise<string> {
  const schemas = join(cache, `kubernetes-schemas-${pinnedVersion(wheel)}-${schemaVersions.join('-')}`);
  if (existsSync(schemas)) return schemas;
  return installing(cache, progress, async (directory) => {
    // Another process may have fetched them while we waited for it.
    if (existsSync(schemas)) return schemas;
    const packages = await unpackWheel(wheel, { directory, logFile: join(cache, 'build.log'), progress });
    const whole = join(directory, 'schemas');
    for (const version of schemaVersions) writeLocal(packages, version, join(whole, version));
    renameSync(whole, schemas);
    return schemas;
  });
}

/** They refer to one another by addresses, which nobody must ask for: by file names here. */
function writeLocal(packages: string, version: string, target: string): void {
  mkdirSync(target, { recursive: true });
  const all = `kubernetes_validate/kubernetes-json-schema/v${version}-local-strict/*.json`;
  for (const file of globSync(join(packages, all))) {
    const { $id: _, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    const text = JSON.stringify(schema).replaceAll('"/api/_definitions.json#', '"_definitions.json#');
    writeFileSync(join(target, basename(file)), text);
  }
}
