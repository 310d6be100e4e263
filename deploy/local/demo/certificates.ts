import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../parts/kubectl.ts';

/** Writes what a Secret holds into `<directory>/<name>/`, for curl. */
export async function exportCertificate(
  kubectl: Kubectl,
  secret: string,
  namespace: string,
  directory: string,
): Promise<void> {
  const { data } = JSON.parse(await kubectl(['get', 'secret', secret, '-n', namespace, '-o', 'json']));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [file, base64] of Object.entries<string>(data)) {
    writeFileSync(join(directory, file), Buffer.from(base64, 'base64'), { mode: 0o600 });
  }
}
