import { chmodSync, copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterialsOf } from './bill-of-materials.ts';
import { bundle } from './bundle.ts';
import { noticesOf } from './notices.ts';
import type { Bundled } from './packages.ts';

const license = join(import.meta.dirname, '../../LICENSE');

/** What was made. */
export interface Distribution {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Of which something is in the bundle. */
  readonly packages: readonly Bundled[];
}

/** All that the image holds beside Node, in the directory and nothing else there; whatever the umask, for anybody to read. */
export async function makeDistribution(directory: string): Promise<Distribution> {
  rmSync(directory, { recursive: true, force: true });
  const { packages } = await bundle('src/main.ts', directory);
  writeFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
  writeFileSync(join(directory, 'sbom.cdx.json'), billOfMaterialsOf(packages));
  copyFileSync(license, join(directory, 'LICENSE'));
  chmodSync(directory, 0o755);
  const files = readdirSync(directory)
    .sort()
    .map((name) => ({ name, path: join(directory, name) }));
  for (const { path } of files) chmodSync(path, 0o644);
  return { files: files.map(({ name, path }) => ({ name, bytes: statSync(path).size })), packages };
}
