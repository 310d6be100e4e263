import { constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { formatSubject, type Mark, parseSubject, type Subject } from './suspects.ts';

/** Of a mark in the file: the longest names that Kubernetes takes fit in. */
const slotLength = 1024;
const empty = Buffer.alloc(slotLength, ' ');

/**
 * What is under way, in a file that outlives a kill: each reconcile has a slot of its own for as long as it runs. A write
 * goes to the cache of the system, which only a death of the whole machine takes away, and takes some microseconds.
 */
export class Marks {
  readonly #file: number;
  readonly #free: number[] = [];
  #slots = 0;

  /** Throws what the file system throws. */
  constructor(path: string) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** What an earlier process left. */
  read(): readonly Mark[] {
    const text = readFileSync(this.#file, 'utf8');
    return text.split('\n').flatMap((line) => {
      const found = parseSubject(line.trim());
      if (found === undefined) return [];
      const { flag: alone, ...subject } = found;
      return [{ ...subject, alone }];
    });
  }

  /** Gives what takes the mark away. */
  set(subject: Subject, alone: boolean): () => void {
    const slot = this.#free.pop() ?? this.#slots++;
    const line = Buffer.from(`${formatSubject(subject, alone)}\n`);
    try {
      this.#write(Buffer.concat([line, empty]).subarray(0, slotLength), slot);
    } catch (error) {
      // Else a full disk would take one more slot with each reconcile.
      this.#free.push(slot);
      throw error;
    }
    return () => {
      this.#write(empty, slot);
      this.#free.push(slot);
    };
  }

  clear(): void {
    ftruncateSync(this.#file);
  }

  #write(content: Buffer, slot: number): void {
    writeSync(this.#file, content, 0, slotLength, slot * slotLength);
  }
}
