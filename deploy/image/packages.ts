import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of which something is in the bundle. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
  /** As SPDX writes it. */
  readonly license: string;
  readonly directory: string;
}

/** Of which package a file is, also where it lies in the `node_modules` of another one. */
const packageDirectory = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** In the order of their places. Throws for a package that declares no licence: it must not be shipped unseen. */
export function packagesIn(project: string, { outputs }: Metafile): readonly Bundled[] {
  const used = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const directories = new Set(used.flatMap((file) => packageDirectory.exec(file)?.[0] ?? []));
  return [...directories].sort().map((directory) => read(join(project, directory)));
}

function read(directory: string): Bundled {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`The package ${name} declares no licence`);
  return { name, version, license, directory };
}
