import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Of a control plane. */
export const programNames = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kubectl'] as const;
export type ProgramName = (typeof programNames)[number];

/** Where each program lies: absolute paths of executable files. */
export type Programs = Readonly<Record<ProgramName, string>>;
/** Those that are Kubernetes itself, to every client of it. */
export const serverNames = ['kube-apiserver', 'kube-controller-manager'] as const;
export type Servers = Pick<Programs, (typeof serverNames)[number]>;
export type FoundPrograms = Partial<Record<ProgramName, string>>;

/** What a node takes beside them, of the same sources. */
export const nodeProgramNames = ['kubelet', 'kube-scheduler', 'kube-proxy'] as const;
export type NodeProgramName = (typeof nodeProgramNames)[number];

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Those of the wanted programs that the directory holds under their own names. */
export function findIn<Name extends string>(directory: string, wanted: readonly Name[]): Partial<Record<Name, string>> {
  const found = wanted.map((name) => [name, join(directory, name)] as const).filter(([, path]) => isExecutable(path));
  return Object.fromEntries(found) as Partial<Record<Name, string>>;
}

/** As `command -v`; the sbin directories count even where Debian leaves them out of a user's PATH. */
export function findOnPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(delimiter).filter((directory) => directory !== ''), '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}
