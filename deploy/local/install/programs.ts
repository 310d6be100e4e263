import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export const programNames = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kubectl'] as const;
export type ProgramName = (typeof programNames)[number];

/** Where each program lies: absolute paths of executable files. */
export type Programs = Readonly<Record<ProgramName, string>>;
export type FoundPrograms = Partial<Record<ProgramName, string>>;

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Those of the wanted programs that the directory holds under their own names. */
export function findIn(directory: string, wanted: readonly ProgramName[]): FoundPrograms {
  return Object.fromEntries(
    wanted.map((name) => [name, join(directory, name)]).filter(([, path]) => isExecutable(path ?? '')),
  );
}

/** As `command -v`; the sbin directories count even where Debian leaves them out of a user's PATH. */
export function findOnPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(delimiter).filter((directory) => directory !== ''), '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}
