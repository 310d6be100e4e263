/** A part of the bench as a process of its own, so that its memory, CPU and event loop are its own: the parent's side. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Ask, Handlers } from './serve.ts';

export interface WorkerOptions {
  /** Name of the module in this directory, without `.ts`; it names the log too. */
  readonly module: string;
  readonly logDirectory: string;
  /** Flags of node. */
  readonly flags?: readonly string[];
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** `Served` are the handlers that the module serves. It ends when we end, since it ends with the channel to us. */
export class Worker<Served extends Handlers> {
  readonly #child: ChildProcess;
  readonly #options: WorkerOptions;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;

  constructor(options: WorkerOptions) {
    const { module, logDirectory, flags = [] } = options;
    this.#options = options;
    const log = openSync(join(logDirectory, `${module}.log`), 'a', 0o600);
    this.#child = fork(join(import.meta.dirname, `${module}.ts`), {
      execArgv: [...flags],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#child.on('message', (message) => this.#settle(message as Answer));
    this.#child.once('exit', (code, signal) => this.#rejectAll(`it ended (${signal ?? code})`));
  }

  /** Rejects with what the handler threw, or when the process has ended. */
  ask<Name extends keyof Served & string>(
    name: Name,
    ...args: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>> {
    this.#asked += 1;
    const ask: Ask = { id: this.#asked, name, args };
    return new Promise((resolve, reject) => {
      this.#pending.set(ask.id, { resolve: resolve as Pending['resolve'], reject });
      this.#child.send(ask, (error) => error !== null && this.#rejectAll(error.message));
    });
  }

  /** Lets it finish what it does; kills it if that takes longer than ten seconds. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    this.#child.disconnect();
    await ended;
    clearTimeout(killer);
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) pending?.reject(new Error(`${this.#options.module}: ${answer.error}`));
    else pending?.resolve(answer.value);
  }

  #rejectAll(why: string): void {
    const { module, logDirectory } = this.#options;
    for (const { reject } of this.#pending.values())
      reject(new Error(`${module}: ${why}; see ${join(logDirectory, `${module}.log`)}`));
    this.#pending.clear();
  }
}
