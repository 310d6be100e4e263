/**
 * The engine: keys in, reconciles out. It promises that one key is never reconciled twice at a time, that a key that
 * came during its own reconcile is reconciled again, and that whatever a reconciler throws ends in a retry or a stall
 * and never in a dead worker. It knows no kind of ours and never writes to the world.
 */
import type { Logger } from '../log.ts';
import { monotonic } from '../std/clock.ts';
import { describeCrash } from '../std/crash.ts';
import { startDeadline } from '../std/deadline.ts';
import { toMilliseconds } from '../std/duration.ts';
import { Failure } from '../std/failure.ts';
import type { Outcome } from './outcome.ts';
import { Queue, type QueueOptions } from './queue.ts';
import type { Priority } from './ready-keys.ts';

/** Which object to reconcile; the kind is the controller's. */
export interface ReconcileKey {
  readonly namespace: string;
  readonly name: string;
}

export interface ReconcileContext {
  /** Aborts when the reconcile's time is up, or that of the whole process. A stop alone does not: it may finish. */
  readonly signal: AbortSignal;
  /** Carries the key and the id of this reconcile. */
  readonly log: Logger;
  /** Nothing else is under way, see `runAlone`. */
  readonly alone?: boolean;
}

/** Reads the world again and makes it match; the event that woke it is gone. May throw a `Failure`. */
export type Reconcile = (key: ReconcileKey, context: ReconcileContext) => Promise<Outcome>;

/** One finished reconcile, for metrics and tests. `crash` is a throw that was not a `Failure`. */
export interface ReconcileFacts {
  readonly key: ReconcileKey;
  readonly result: Outcome['kind'] | 'crash';
  readonly milliseconds: number;
  /** It took longer than its deadline. A crash that did is most often the end of a call that the deadline cut off. */
  readonly overran: boolean;
}

/** What a controller is doing now, for metrics. */
export interface ControllerLoad {
  readonly workers: number;
  readonly active: number;
  /** Keys that wait for a worker. */
  readonly depth: Readonly<Record<Priority, number>>;
  /** Of the reconciles under way; 0 while there is none. One beyond the deadline hangs, and holds its key. */
  readonly longestRunningMilliseconds: number;
  /** Of all reconciles under way together. */
  readonly unfinishedMilliseconds: number;
}

export interface ControllerOptions extends QueueOptions {
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly log: Logger;
  readonly workers?: number;
  readonly deadline?: Temporal.Duration;
  readonly onReconcile?: (facts: ReconcileFacts) => void;
  /** The longest back-off after that failure, where it is another than that of all; a crash has none of its own. */
  readonly capAfter?: (cause: Failure) => Temporal.Duration | undefined;
  /** Whether the key is for this process; left out, all are. */
  readonly owns?: (key: ReconcileKey) => boolean;
}

/** How one reconcile is run. */
interface Manner {
  readonly alone: boolean;
  readonly deadlineMilliseconds: number;
}

const defaultWorkers = 8;
const defaultDeadline = Temporal.Duration.from({ minutes: 2 });

export class Controller {
  readonly #options: ControllerOptions;
  readonly #log: Logger;
  readonly #queue: Queue;
  readonly #usual: Manner;
  /** When each reconcile under way began, oldest first. */
  readonly #running = new Map<number, number>();
  #lastReconcile = 0;
  #cut: AbortSignal | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#log = options.log.child({ controller: options.name });
    // Always, not only while others wait: who comes next would have to wait for what was begun before.
    const groupAtMost = Math.max(1, Math.floor(this.#workers / 2));
    this.#queue = new Queue({ ...options, groupOf: (key) => parseKey(key).namespace, groupAtMost });
    this.#usual = { alone: false, deadlineMilliseconds: toMilliseconds(options.deadline ?? defaultDeadline) };
  }

  get name(): string {
    return this.#options.name;
  }

  get load(): ControllerLoad {
    const now = monotonic();
    const [oldest = now] = this.#running.values();
    return {
      workers: this.#workers,
      active: this.#running.size,
      depth: { high: this.#queue.depthOf('high'), low: this.#queue.depthOf('low') },
      longestRunningMilliseconds: now - oldest,
      unfinishedMilliseconds: [...this.#running.values()].reduce((sum, start) => sum + now - start, 0),
    };
  }

  /** Cheap and safe to call from a watch handler, any number of times, before `run` too. */
  enqueue({ namespace, name }: ReconcileKey, priority?: Priority): void {
    if (this.#options.owns?.({ namespace, name }) === false) return;
    this.#queue.add(`${namespace}/${name}`, priority);
  }

  /** The next back-off of the key is the first one again: it is about something else now. */
  forgive({ namespace, name }: ReconcileKey): void {
    this.#queue.forget(`${namespace}/${name}`);
  }

  /** Works until `signal` aborts, and resolves when the reconciles that were running have ended, which `cut` ends. */
  async run(signal: AbortSignal, cut?: AbortSignal): Promise<void> {
    this.#cut = cut;
    const close = () => this.#queue.close();
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    await Promise.all(Array.from({ length: this.#workers }, () => this.#work()));
  }

  /** Begins nothing until `resume`; resolves when nothing is under way. */
  hold(): Promise<void> {
    return this.#queue.hold();
  }

  resume(): void {
    this.#queue.resume();
  }

  /** One reconcile beside the queue, to be called on hold. */
  async runAlone({ namespace, name }: ReconcileKey, deadline: Temporal.Duration): Promise<void> {
    await this.#reconcile(`${namespace}/${name}`, { alone: true, deadlineMilliseconds: toMilliseconds(deadline) });
  }

  get #workers(): number {
    return this.#options.workers ?? defaultWorkers;
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      await this.#reconcile(key);
      this.#queue.done(key);
    }
  }

  async #reconcile(text: string, manner: Manner = this.#usual): Promise<void> {
    this.#lastReconcile += 1;
    const id = this.#lastReconcile;
    const log = this.#log.child({ key: text, reconcile: id });
    const key = parseKey(text);
    const deadline = startDeadline(manner.deadlineMilliseconds, this.#cut);
    const start = monotonic();
    this.#running.set(id, start);
    const outcome = await this.#runReconciler(key, { signal: deadline.signal, log }, manner);
    deadline.end();
    this.#running.delete(id);
    const milliseconds = monotonic() - start;
    reportOutcome(log, outcome, { milliseconds: Math.round(milliseconds), ...this.#schedule(text, outcome) });
    const result = outcome?.kind ?? 'crash';
    this.#options.onReconcile?.({ key, result, milliseconds, overran: deadline.isOver });
  }

  async #runReconciler(
    key: ReconcileKey,
    { signal, log }: ReconcileContext,
    { alone, deadlineMilliseconds }: Manner,
  ): Promise<Outcome | undefined> {
    try {
      return await this.#options.reconcile(key, { signal, log, alone });
    } catch (error) {
      // A permanent one too: whoever wants to be left alone says so by its outcome, and knows what will wake it.
      if (error instanceof Failure) return { kind: 'retry', cause: error };
      if (this.#cut?.aborted) log.warn('reconcile was aborted by the stop');
      else if (signal.aborted) log.warn({ deadlineMilliseconds }, 'reconcile exceeded its deadline');
      else log.error(describeCrash(error), 'reconciler crashed');
      return undefined;
    }
  }

  /** When it is tried again, where nothing happens before. */
  #schedule(key: string, outcome: Outcome | undefined): { readonly nextAttempt?: string } {
    if (outcome === undefined || outcome.kind === 'retry') {
      const cap = outcome && this.#options.capAfter?.(outcome.cause);
      return { nextAttempt: this.#queue.retry(key, cap).toString({ smallestUnit: 'millisecond' }) };
    }
    this.#queue.forget(key);
    if (outcome.kind === 'checkAgain') this.#queue.addAt(key, outcome.at);
    return {};
  }
}

/** Neither part can hold a slash: RFC 1123 names. */
function parseKey(text: string): ReconcileKey {
  const [namespace = '', name = ''] = text.split('/');
  return { namespace, name };
}

function reportOutcome(log: Logger, outcome: Outcome | undefined, facts: object): void {
  if (outcome === undefined) return;
  if (outcome.kind === 'settled' || outcome.kind === 'checkAgain') {
    log.debug({ outcome: outcome.kind, ...facts }, 'reconciled');
    return;
  }
  const { reason, message } = outcome.cause;
  const all = { outcome: outcome.kind, reason, message, ...facts };
  // Somebody else wrote first: the next run simply reads that.
  if (reason === 'Conflict') log.debug(all, 'reconcile met a conflict');
  else log.warn(all, 'reconcile failed');
}
