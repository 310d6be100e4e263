/**
 * Programs that we start and own: each in a process group of its own, its output in a file, ended by group.
 * Promises that nothing outlives us: `stop` ends everything in reverse order, once; if this process is killed without
 * a chance to do so, the watchdog ends what is left. Never looks for processes by name.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, type ChildSpec, startChild } from './child.ts';

/** What `Processes` can end: a child, or anything built from children. Stopping twice is the same as once. */
export interface Stoppable {
  stop(): Promise<void>;
}

export class Processes implements Stoppable {
  readonly #logDirectory: string;
  readonly #owned: Stoppable[] = [];
  #stopped: Promise<void> | undefined;

  /** Logs go to `<name>.log` in this directory, which is made if it does not exist. */
  constructor(logDirectory: string) {
    this.#logDirectory = logDirectory;
  }

  /** Two children of the same name append to the same log. */
  start(spec: Omit<ChildSpec, 'logFile'>): Child {
    if (this.#stopped !== undefined) throw new Error(`${spec.name} was to be started after everything was stopped`);
    mkdirSync(this.#logDirectory, { recursive: true });
    return this.own(startChild({ ...spec, logFile: join(this.#logDirectory, `${spec.name}.log`) }));
  }

  /** Ends `other`, too, in its turn: a server of our own, a directory to remove. */
  own<Other extends Stoppable>(other: Other): Other {
    this.#owned.push(other);
    return other;
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Last started, first stopped, one after another. Goes on when one of them fails to stop. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    for (const owned of this.#owned.toReversed()) await owned.stop().catch(() => {});
  }
}
