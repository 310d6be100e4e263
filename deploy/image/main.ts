/** `npm run build`: makes `dist`, which is all that the image holds beside Node. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterialsOf } from './bill-of-materials.ts';
import { bundle } from './bundle.ts';
import { noticesOf } from './notices.ts';

const project = join(import.meta.dirname, '../..');
const directory = join(project, 'dist');
rmSync(directory, { recursive: true, force: true });
const { packages } = await bundle('src/main.ts', directory);
writeFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), noticesOf(packages));
writeFileSync(join(directory, 'sbom.cdx.json'), billOfMaterialsOf(packages));
copyFileSync(join(project, 'LICENSE'), join(directory, 'LICENSE'));
