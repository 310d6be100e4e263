import { chmod, chown, lstat, mkdir, open, readlink, rename, rm, symlink } from 'node:fs/promises';

/** Who may read, beside the user of this process. */
export interface Owner {
  readonly user: number;
  /** A number; left out, nobody. */
  readonly group?: number;
}

/** For us and the group alone; one that is there stays as who made it wanted it. */
export async function makeDirectory(path: string, owner: Owner): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) await giveToGroup(path, owner, 0o750);
}

/** A new file that is on the disk when this is done. */
export async function writeWhole(path: string, content: Buffer | string, owner: Owner): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await giveToGroup(path, owner, 0o640);
}

async function giveToGroup(path: string, { user, group }: Owner, mode: number): Promise<void> {
  if (group === undefined) return;
  await chown(path, user, group);
  await chmod(path, mode);
}

/** By one rename: who follows the link finds what was there before or what is there now. */
export async function setLink(path: string, target: string, beforeRename: () => void): Promise<void> {
  const fresh = `${path}.next`;
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  beforeRename();
  await rename(fresh, path);
}

/** Where the link points, and since when. */
export async function readLink(path: string) {
  try {
    const { mtimeMs } = await lstat(path);
    return {
      target: await readlink(path),
      since: Temporal.Instant.fromEpochMilliseconds(Math.floor(mtimeMs)),
    };
  } catch {
    return undefined;
  }
}
