/** `npm run build`: makes `dist`, which is all that the image holds beside Node. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

const project = join(import.meta.dirname, '../..');
const directory = join(project, 'dist');
rmSync(directory, { recursive: true, force: true });
const { notices } = await bundle('src/main.ts', directory);
writeFileSync(join(directory, 'THIRD-PARTY-NOTICES.txt'), notices);
copyFileSync(join(project, 'LICENSE'), join(directory, 'LICENSE'));
