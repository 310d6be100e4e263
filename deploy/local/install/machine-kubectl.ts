import { execa } from 'execa';
import { versions } from '../versions.ts';
import { findOnPath } from './programs.ts';

/** The kubectl of this machine if it is within one minor version of the server, which is what Kubernetes supports. */
export async function findFittingKubectl(path?: string): Promise<string | undefined> {
  const kubectl = findOnPath('kubectl', path);
  if (kubectl === undefined) return undefined;
  const { stdout, failed } = await execa(kubectl, ['version', '--client'], { reject: false });
  return !failed && fitsServer(stdout) ? kubectl : undefined;
}

/** `printed` is what `kubectl version --client` says: `Client Version: v1.36.0`. */
export function fitsServer(printed: string, server: string = versions.kubernetes): boolean {
  const client = printed.match(/Client Version: v(\d+)\.(\d+)\./);
  const [major, minor] = server.split('.');
  return client?.[1] === major && Math.abs(Number(client?.[2]) - Number(minor)) <= 1;
}
