import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { ObjectKey } from '../model/kube-object.ts';
import { monotonic } from '../std/clock.ts';
import { untilAborted } from '../std/until-aborted.ts';
import type { KindController } from './controllers.ts';

/** How long a suspect waits for a moment in which nothing else is to be done; then the others wait for it. */
const patience = 10 * 60_000;
const interval = 250;
/** All others wait meanwhile, so it gets less time than they do. */
const deadline = Temporal.Duration.from({ seconds: 30 });

/**
 * Reconciles resources on which an operator died: one at a time, when the others have had their turn, and nothing beside
 * it, so that nobody else is blamed if the process dies once more.
 */
export class Isolation {
  readonly #controllers: readonly KindController[];
  readonly #log: Logger;
  readonly #waiting = new Map<string, ObjectKey>();
  #some = Promise.withResolvers<void>();

  /** `controllers` may be filled later. */
  constructor(controllers: readonly KindController[], log: Logger) {
    this.#controllers = controllers;
    this.#log = log;
  }

  add({ kind, namespace, name }: ObjectKey): void {
    this.#waiting.set(`${kind}/${namespace}/${name}`, { kind, namespace, name });
    this.#some.resolve();
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) await this.#runNext(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #runNext(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#some.promise, signal);
    await this.#untilQuiet(signal);
    try {
      await untilAborted(Promise.all(this.#controllers.map(({ controller }) => controller.hold())), signal);
      await this.#runOne();
    } finally {
      for (const { controller } of this.#controllers) controller.resume();
    }
  }

  async #untilQuiet(signal: AbortSignal): Promise<void> {
    const end = monotonic() + patience;
    while (monotonic() < end && this.#controllers.some(isBusy)) await pause(interval, undefined, { signal });
  }

  async #runOne(): Promise<void> {
    const [entry] = this.#waiting;
    if (entry === undefined) return;
    const [text, key] = entry;
    this.#waiting.delete(text);
    if (this.#waiting.size === 0) this.#some = Promise.withResolvers();
    const { kind, namespace, name } = key;
    this.#log.warn(
      { kind, namespace, name },
      'reconciles this resource alone: an operator crashed while it reconciled it',
    );
    await this.#controllers.find((one) => one.kind === kind)?.controller.runAlone(key, deadline);
  }
}

function isBusy({ controller: { load } }: KindController): boolean {
  return load.active + load.depth.high + load.depth.low > 0;
}
