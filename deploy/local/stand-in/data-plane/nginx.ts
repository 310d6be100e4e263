/** The process of the data plane: started, reloaded when it has tested the new configuration, ended with its parent. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Configuration } from './config.ts';
import { readGeneration } from './inside.ts';
import type { Layout } from './layout.ts';

const run = promisify(execFile);
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const followWithin = 15_000;
/** NGINX lets old workers accept for 100 ms after the new ones began; at one question per 5 ms this sees beyond that. */
const answersAfterReload = 30;
const stopWithin = 5_000;

/** Tests a configuration without serving it. Throws with NGINX's own complaint, which holds no content of a file. */
async function test(conf: string, { prefix, log }: Layout): Promise<void> {
  try {
    await run('nginx', ['-t', '-q', '-p', prefix, '-c', conf, '-e', log], { env });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    throw new Error('NGINX is not installed: the packages nginx-light and libnginx-mod-http-lua are needed');
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

export class Nginx {
  readonly #layout: Layout;
  #child: ChildProcess | undefined;
  #generation = '';

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves once NGINX serves it. Throws if it ends first, as it does when a port is taken. */
  async start(configuration: Configuration): Promise<void> {
    await this.#install(configuration);
    const { prefix, conf } = this.#layout;
    // The kernel ends NGINX with this process, however that ends: a SIGKILL runs no handler.
    this.#child = spawn('setpriv', ['--pdeathsig', 'TERM', 'nginx', '-p', prefix, '-c', conf, '-e', this.#layout.log], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(this.#child, 'spawn');
    await this.#untilServed(configuration.generation, 1);
  }

  /** Resolves once all new connections meet it; without a change it does nothing. Throws if NGINX refuses it, and keeps the old one. */
  async load(configuration: Configuration): Promise<void> {
    if (configuration.generation === this.#generation) return;
    await this.#install(configuration);
    this.#child?.kill('SIGHUP');
    await this.#untilServed(configuration.generation, answersAfterReload);
    await this.#forget(configuration);
  }

  /** Calls back when NGINX ends without having been told to. */
  onUnexpectedEnd(callback: () => void): void {
    this.#child?.once('exit', () => this.#child !== undefined && callback());
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined && !hasEnded(child) && child.kill('SIGTERM')) {
      const killer = setTimeout(() => child.kill('SIGKILL'), stopWithin);
      await once(child, 'exit');
      clearTimeout(killer);
    }
    await rm(this.#layout.material, { recursive: true, force: true });
  }

  async #install({ text, files }: Configuration): Promise<void> {
    const { conf } = this.#layout;
    const candidate = `${conf}.new`;
    for (const [path, content] of files) await writeFile(path, content, { mode: 0o600 });
    await writeFile(candidate, text);
    await test(candidate, this.#layout);
    await rename(candidate, conf);
  }

  /** Resolves after that many answers in a row came from workers that have it. */
  async #untilServed(generation: string, answers: number): Promise<void> {
    const deadline = performance.now() + followWithin;
    let inRow = 0;
    while (inRow < answers) {
      // Told to stop meanwhile: nobody waits for this any more.
      if (this.#child === undefined) return;
      if (hasEnded(this.#child)) throw new Error(`NGINX has ended; its log is ${this.#layout.log}`);
      if (performance.now() > deadline) throw new Error('NGINX does not take up a configuration');
      await pause(5);
      inRow = (await readGeneration(this.#layout.socket)) === generation ? inRow + 1 : 0;
    }
    this.#generation = generation;
  }

  /** Removes the files that no worker will load any more. */
  async #forget({ files }: Configuration): Promise<void> {
    const all = (await readdir(this.#layout.material)).map((name) => join(this.#layout.material, name));
    await Promise.all(all.filter((path) => !files.has(path)).map((path) => rm(path)));
  }
}
