import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundled } from './packages.ts';

const separator = `\n${'-'.repeat(80)}\n\n`;

/** Name, version and licence of each package, with the texts that it ships. */
export function noticesOf(packages: readonly Bundled[]): string {
  return packages.map(noticeOf).join(separator);
}

function noticeOf({ name, version, license, directory }: Bundled): string {
  const files = globSync(['LICEN[CS]E*', 'licen[cs]e*', 'NOTICE*'], { cwd: directory }).sort();
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return [`${name} ${version}, ${license}`, ...texts, ''].join('\n\n');
}
