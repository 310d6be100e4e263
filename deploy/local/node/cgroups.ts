import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** Makes the cgroup that all of the node's pods are in, in every hierarchy; there is one in version 2. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, name), { recursive: true });
}

function hierarchies(): readonly string[] {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  // Names that are symbolic links stand for one that is there already.
  const directories = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return directories.map(({ name }) => join(root, name));
}
