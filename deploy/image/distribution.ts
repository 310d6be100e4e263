import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterialsOf } from './bill-of-materials.ts';
import { bundle } from './bundle.ts';
import { noticesOf } from './notices.ts';

const license = join(import.meta.dirname, '../../LICENSE');

/** All that the image holds beside Node, in the directory and nothing else there. */
export async function makeDistribution(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const { packages } = await bundle('src/main.ts', directory);
  writeFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
  writeFileSync(join(directory, 'sbom.cdx.json'), billOfMaterialsOf(packages));
  copyFileSync(license, join(directory, 'LICENSE'));
}
