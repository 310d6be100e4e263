import { setTimeout as sleep } from 'node:timers/promises';
import { nodeEnvironment, nodeFlags } from '../../deploy/image/node-process.ts';
import type { Child } from '../../deploy/local/processes/child.ts';
import type { Processes } from '../../deploy/local/processes/processes.ts';

export interface OperatorFiles {
  readonly module: string;
  readonly config: string;
  readonly kubeconfig: string;
}

const within = 60_000;

/** The operator as the image runs it, whose lives end by SIGKILL. */
export class Operator {
  readonly #processes: Processes;
  readonly #files: OperatorFiles;
  #life: Child | undefined;

  constructor(processes: Processes, files: OperatorFiles) {
    this.#processes = processes;
    this.#files = files;
  }

  /** Resolves when it has read what there is. */
  async start(): Promise<void> {
    const { module, config, kubeconfig } = this.#files;
    const args = [...nodeFlags, module, '--config', config, '--kubeconfig', kubeconfig];
    const env = { ...process.env, ...nodeEnvironment };
    const life = this.#processes.start({ name: 'operator', command: process.execPath, args, env });
    this.#life = life;
    const deadline = performance.now() + within;
    while (!life.output().includes('"operator is running"')) {
      if (life.ended !== undefined || performance.now() > deadline) throw new Error(life.lastLines());
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    if (this.#life === undefined) return;
    process.kill(this.#life.pid, 'SIGKILL');
    // A child keeps nobody alive who only waits for its end.
    while (this.#life.ended === undefined) await sleep(5);
  }
}
