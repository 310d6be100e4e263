import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rejection } from '../plan/facts.ts';
import { type About, parseAbout } from '../release/about.ts';
import type { Composed } from '../release/compose.ts';
import { makeDirectory, type Owner, readLink, setLink, writeWhole } from './files.ts';
import { parseRejections, printRejections } from './rejections.ts';
import { startScript } from './start-script.ts';

/** Called before each change of a file, with its name; a test ends the process there. */
export type OnStep = (step: string) => void;

export interface StateOptions {
  readonly path: string;
  readonly owner: Owner;
  readonly onStep: OnStep;
}

/** What the directory says. */
export interface State {
  readonly laid: readonly About[];
  readonly current?: { readonly id: string; readonly since: Temporal.Instant };
  readonly good?: string;
  readonly rejections: readonly Rejection[];
}

const partial = '.partial-';
const releaseId = /^[0-9a-f]{16}$/;

/**
 * The state directory: `releases/<id>`, and links `current` and `good` to one of them. What lies there under its final
 * name is whole: it is made under another one and renamed. Files are always new ones with the time at which they were
 * written, since NGINX takes a file with the inode and time of an older one for that.
 */
export class StateDirectory {
  readonly path: string;
  readonly #owner: Owner;
  readonly #onStep: OnStep;

  constructor({ path, owner, onStep }: StateOptions) {
    this.path = path;
    this.#owner = owner;
    this.#onStep = onStep;
  }

  /** Makes what is missing, and removes what a life before this one left half-done. */
  async prepare(): Promise<void> {
    for (const name of ['', 'releases']) await makeDirectory(join(this.path, name), this.#owner);
    const left = await readdir(join(this.path, 'releases'));
    for (const name of left.filter((one) => one.startsWith(partial)))
      await rm(this.#release(name), { recursive: true, force: true });
    await this.#replace('start.sh', startScript);
    await chmod(join(this.path, 'start.sh'), 0o755);
  }

  async read(): Promise<State> {
    const [laid, current, good] = [await this.#laid(), await this.#link('current'), await this.#link('good')];
    const rejections = parseRejections(await this.#text('rejections.json'));
    return { laid, ...(current && { current }), ...(good && { good: good.id }), rejections };
  }

  async unlinkSocket(): Promise<void> {
    await rm(join(this.path, 'agent.sock'), { force: true });
  }

  async lay({ about, files }: Composed): Promise<void> {
    const fresh = this.#release(`${partial}${about.id}`);
    await rm(fresh, { recursive: true, force: true });
    await makeDirectory(fresh, this.#owner);
    for (const [name, content] of files) {
      this.#onStep(`write ${name}`);
      await writeWhole(join(fresh, name), content, this.#owner);
    }
    // Only one that is damaged is in the way: a whole one is not laid out again.
    await rm(this.#release(about.id), { recursive: true, force: true });
    this.#onStep('rename the release');
    await rename(fresh, this.#release(about.id));
  }

  async point(link: 'current' | 'good', id: string): Promise<void> {
    this.#onStep(`point ${link}`);
    await setLink(join(this.path, link), join('releases', id), () => this.#onStep(`rename ${link}`));
  }

  async writeRejections(rejections: readonly Rejection[]): Promise<void> {
    this.#onStep('write rejections.json');
    await this.#replace('rejections.json', printRejections(rejections));
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#onStep(`remove ${id}`);
      // By another name first: what is left of it after a crash is no release.
      await rename(this.#release(id), this.#release(`${partial}${id}`));
      await rm(this.#release(`${partial}${id}`), { recursive: true, force: true });
    }
  }

  /** Oldest first. */
  async #laid(): Promise<readonly About[]> {
    const names = (await readdir(join(this.path, 'releases'))).filter((name) => releaseId.test(name));
    const read = await Promise.all(names.map((name) => this.#about(name)));
    return read
      .filter((one) => one !== undefined)
      .toSorted((one, other) => one.laidAt - other.laidAt)
      .map(({ about }) => about);
  }

  async #about(name: string) {
    const { text, writtenAt } = await this.#file(join('releases', name, 'about.json'));
    const about = parseAbout(text);
    return about?.id === name ? { about, laidAt: writtenAt } : undefined;
  }

  async #link(name: string) {
    const link = await readLink(join(this.path, name));
    const id = link?.target.split('/').at(-1) ?? '';
    return link !== undefined && releaseId.test(id) ? { id, since: link.since } : undefined;
  }

  async #text(name: string): Promise<string> {
    return (await this.#file(name)).text;
  }

  async #file(name: string): Promise<{ readonly text: string; readonly writtenAt: number }> {
    const path = join(this.path, name);
    try {
      return { text: await readFile(path, 'utf8'), writtenAt: (await stat(path)).mtimeMs };
    } catch {
      return { text: '', writtenAt: 0 };
    }
  }

  async #replace(name: string, text: string): Promise<void> {
    await writeFile(join(this.path, `${partial}${name}`), text, { mode: 0o600 });
    await rename(join(this.path, `${partial}${name}`), join(this.path, name));
  }

  #release(name: string): string {
    return join(this.path, 'releases', name);
  }
}
