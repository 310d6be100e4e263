import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

export type Payload = ReadonlyMap<string, Buffer>;

const dataLink = '..data';

/**
 * A directory that holds the data of a Secret or ConfigMap the way kubelet's AtomicWriter lays it out:
 * `<key> -> ..data/<key>`, `..data -> ..<timestamp>.<random>`. A change makes a new directory and swaps `..data` by one
 * rename, so a reader that opens `..data` sees all of the old or all of the new, never a certificate without its key.
 */
export class ProjectedVolume {
  readonly directory: string;
  readonly #mode: number;

  /** `mode` is that of the files. */
  constructor(directory: string, mode: number) {
    this.directory = directory;
    this.#mode = mode;
    mkdirSync(directory, { recursive: true });
  }

  /** Returns whether the payload was another one. Synchronous, so that no two writes ever overlap. */
  write(payload: Payload): boolean {
    const changed = !isSame(payload, this.#read());
    if (changed) this.#swap(this.#writeFiles(payload));
    // Also without a change: a crash after the swap leaves this undone.
    this.#linkKeys(payload);
    this.#removeStale(payload);
    return changed;
  }

  #read(): Payload | undefined {
    try {
      const current = this.#at(readlinkSync(this.#at(dataLink)));
      return new Map(readdirSync(current).map((key) => [key, readFileSync(join(current, key))]));
    } catch {
      return undefined;
    }
  }

  /** In kubelet's form, `..2006_01_02_15_04_05.<random>`. */
  #writeFiles(payload: Payload): string {
    const timestamp = Temporal.Now.instant().toString({ smallestUnit: 'second' }).slice(0, -1).replace(/[-T:]/g, '_');
    const fresh = mkdtempSync(this.#at(`..${timestamp}.`));
    chmodSync(fresh, 0o755);
    for (const [key, content] of payload) writeFileSync(join(fresh, key), content, { mode: this.#mode });
    return basename(fresh);
  }

  #swap(fresh: string): void {
    const temporary = this.#at('..data_tmp');
    rmSync(temporary, { force: true });
    symlinkSync(fresh, temporary);
    renameSync(temporary, this.#at(dataLink));
  }

  #linkKeys(payload: Payload): void {
    const present = readdirSync(this.directory);
    for (const key of payload.keys()) if (!present.includes(key)) symlinkSync(join(dataLink, key), this.#at(key));
  }

  /** Links of keys that are gone, and the directories of earlier payloads. */
  #removeStale(payload: Payload): void {
    const kept = [dataLink, readlinkSync(this.#at(dataLink)), ...payload.keys()];
    const stale = readdirSync(this.directory).filter((name) => !kept.includes(name));
    for (const name of stale) rmSync(this.#at(name), { recursive: true });
  }

  #at(name: string): string {
    return join(this.directory, name);
  }
}

function isSame(one: Payload, other: Payload | undefined): boolean {
  return one.size === other?.size && [...one].every(([key, content]) => other.get(key)?.equals(content) ?? false);
}
