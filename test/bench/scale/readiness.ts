import { EventEmitter } from 'node:events';
import type { Metadata } from '../../../src/api/kinds.ts';
import type { Status } from '../../../src/api/status.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import { Informer } from '../../../src/kube/informer.ts';
import { createLogger } from '../../../src/log.ts';
import type { KubeObject } from '../../../src/model/kube-object.ts';
import { typeOf } from '../../../src/model/resource-type.ts';

/** Which MtlsUpstreams are Ready at their present generation, as a watch of them says; and how they came to be so. */
export class Readiness {
  readonly #stop = new AbortController();
  readonly #client: KubeClient;
  readonly #watch: Informer;
  readonly #ready = new Set<string>();
  readonly #changes = new EventEmitter();

  private constructor(kubeconfig: string) {
    this.#client = new KubeClient({ source: { kind: 'file', path: kubeconfig }, random: Math.random });
    const options = { client: this.#client, random: Math.random, log: createLogger('warn') };
    this.#watch = new Informer({ ...options, type: typeOf('MtlsUpstream') });
    this.#watch.onChange(({ kind, object }) => {
      const name = object.metadata.name;
      if (kind !== 'deleted' && isReady(object)) this.#ready.add(name);
      else this.#ready.delete(name);
      this.#changes.emit('change');
    });
  }

  static async start(kubeconfig: string): Promise<Readiness> {
    const readiness = new Readiness(kubeconfig);
    void readiness.#watch.run(readiness.#stop.signal);
    await readiness.#watch.synced;
    return readiness;
  }

  get count(): number {
    return this.#ready.size;
  }

  /** The first resources that are not Ready, each with what its status says. */
  describeOthers(): readonly string[] {
    return this.#watch
      .list()
      .filter(({ metadata }) => !this.#ready.has(metadata.name))
      .slice(0, 3)
      .map((object) => {
        const ready = statusOf(object).conditions?.find(({ type }) => type === 'Ready');
        return `${object.metadata.name}: ${ready?.reason ?? 'no status'}: ${ready?.message ?? ''}`;
      });
  }

  isReady(name: string, generation: number): boolean {
    const object = this.#watch.list().find(({ metadata }) => metadata.name === name);
    return this.#ready.has(name) && object?.metadata.generation === generation;
  }

  isGone(name: string): boolean {
    return this.#watch.list().every(({ metadata }) => metadata.name !== name);
  }

  /** Resolves when `done` says so, asked after each change; rejects when nothing has changed for a minute. */
  until(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#changes.off('change', look);
      };
      const giveUp = () => {
        end();
        reject(
          new Error(`nothing has changed for a minute; ${this.count} are Ready; ${this.describeOthers().join('; ')}`),
        );
      };
      let timer = setTimeout(giveUp, patience);
      const look = () => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, patience);
        if (!done()) return;
        end();
        resolve();
      };
      this.#changes.on('change', look);
      look();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#client.close();
  }
}

const patience = 60_000;

function statusOf(object: KubeObject): Status {
  return (object['status'] ?? {}) as Status;
}

function isReady(object: KubeObject): boolean {
  const { observedGeneration, conditions = [] } = statusOf(object);
  const { generation } = object.metadata as Metadata;
  return (
    observedGeneration === generation && conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
