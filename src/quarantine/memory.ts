import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marks } from './marks.ts';
import { formatSubject, parseSubject, type Suspect } from './suspects.ts';

/** A directory that outlives the process. Throws what the file system throws. */
export class Memory {
  readonly marks: Marks;
  readonly #path: string;

  constructor(directory: string) {
    this.#path = join(directory, 'suspects');
    this.marks = new Marks(join(directory, 'under-way'));
  }

  /** None where nobody wrote any. */
  readSuspects(): readonly Suspect[] {
    return readIfThere(this.#path)
      .split('\n')
      .flatMap((line) => {
        const found = parseSubject(line);
        if (found === undefined) return [];
        const { flag: convicted, ...subject } = found;
        return [{ ...subject, convicted }];
      });
  }

  /** In one piece: a death in between leaves what was there. */
  writeSuspects(suspects: readonly Suspect[]): void {
    const text = suspects.map((suspect) => `${formatSubject(suspect, suspect.convicted)}\n`).join('');
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
