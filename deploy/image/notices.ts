import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Of which package a file is, also where it lies in the `node_modules` of another one. */
const packageDirectory = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Name, version and licence of each package of which something is in the bundle, with the texts that it ships. */
export function noticesOf(project: string, { outputs }: Metafile): string {
  const used = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const directories = new Set(used.flatMap((file) => packageDirectory.exec(file)?.[0] ?? []));
  return [...directories]
    .sort()
    .map((directory) => noticeOf(join(project, directory)))
    .join(separator);
}

const separator = `\n${'-'.repeat(80)}\n\n`;

/** Throws for a package that declares no licence: it must not be shipped unseen. */
function noticeOf(directory: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`The package ${name} declares no licence`);
  const files = globSync(['LICEN[CS]E*', 'licen[cs]e*', 'NOTICE*'], { cwd: directory }).sort();
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return [`${name} ${version}, ${license}`, ...texts, ''].join('\n\n');
}
