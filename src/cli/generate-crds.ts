import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crdFiles } from './crd-files.ts';
import { policyFiles } from './policy-files.ts';

/** `npm run generate`: writes what is made from src/api. */
const project = join(import.meta.dirname, '../..');

for (const [path, text] of [...crdFiles(), ...policyFiles()]) {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
