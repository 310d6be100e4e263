import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A git repository on this machine, as a team keeps its manifests in one. */
export class Repository {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(directory: string): Promise<Repository> {
    mkdirSync(directory, { recursive: true });
    const repository = new Repository(directory);
    await repository.#git('init', '--quiet', '--initial-branch=main');
    await repository.commit({ 'README.md': 'Manifests of a test.\n' });
    return repository;
  }

  get url(): string {
    return `file://${this.#directory}`;
  }

  /** Writes these files, removes those without a text, and gives the revision. */
  async commit(files: Readonly<Record<string, string | undefined>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.#directory, name);
      if (text === undefined) rmSync(file, { recursive: true });
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    }
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--allow-empty', '--message=change');
    return (await this.#git('rev-parse', 'HEAD')).trim();
  }

  async #git(...args: readonly string[]): Promise<string> {
    const who = ['-c', 'user.name=Team', '-c', 'user.email=team@example.com', '-c', 'commit.gpgsign=false'];
    return (await execa('git', ['-C', this.#directory, ...who, ...args])).stdout;
  }
}
