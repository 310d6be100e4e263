import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { remedy } from '../harness/golden.ts';

/** Compares a table between two comments with the one that the code gives, or writes it there. */
export function holdTable(page: string, name: string, wanted: string): void {
  const marked = new RegExp(`(?<=<!-- ${name}[ ,][^\\n]*-->\\n)[^]*?(?=<!-- end -->)`);
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace(marked, () => wanted),
    );
  else assert.equal(marked.exec(readFileSync(page, 'utf8'))?.[0], wanted, `${page}, ${name}: ${remedy}`);
}
