import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Said {
  readonly event: string;
  readonly state?: string;
  readonly detail?: string;
}

const main = join(import.meta.dirname, '../../../deploy/local/upstream/main.ts');

/** The upstream's own process, and what it has said so far. */
export class RunningUpstream {
  readonly said: Said[] = [];
  readonly #process: ChildProcess;

  constructor(args: readonly string[]) {
    this.#process = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('no output');
    createInterface(stdout).on('line', (line) => this.said.push(JSON.parse(line)));
  }

  /** For the text of a failure. */
  story(): string {
    return `the upstream has said ${JSON.stringify(this.said)}`;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await once(this.#process, 'exit');
  }
}
