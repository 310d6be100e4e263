/** A part of the bench as a process of its own, so that its memory, CPU and event loop are its own: the parent's side. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import type { Answer, Ask, Handlers } from './serve.ts';

export interface WorkerOptions {
  /** A module of this directory, or one elsewhere by its absolute path; its name is that of the log too. */
  readonly module: string;
  readonly logDirectory: string;
  /** Flags of node. */
  readonly flags?: readonly string[];
  /** Beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** `Served` are the handlers that the module serves. It ends when we end, since it ends with the channel to us. */
export class Worker<Served extends Handlers> {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #log: string;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;

  constructor({ module, logDirectory, flags = [], environment = {} }: WorkerOptions) {
    this.#name = basename(module, extname(module));
    this.#log = join(logDirectory, `${this.#name}.log`);
    const log = openSync(this.#log, 'a', 0o600);
    this.#child = fork(resolve(import.meta.dirname, module), {
      execArgv: [...flags],
      env: { ...process.env, ...environment },
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

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
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
    if ('error' in answer) pending?.reject(new Error(`${this.#name}: ${answer.error}`));
    else pending?.resolve(answer.value);
  }

  #rejectAll(why: string): void {
    for (const { reject } of this.#pending.values()) reject(new Error(`${this.#name}: ${why}; see ${this.#log}`));
    this.#pending.clear();
  }
}
