/**
 * Keeps our copy of a collection equal to the API server's, for as long as it runs: a whole list, then a watch from the
 * list's version, resumed for ever. No error ends it; every one is answered by a pause with jitter and another try. It
 * never polls, and after a stop it touches nothing any more.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import { type Backoff, backoffMilliseconds, type Random } from '../std/backoff.ts';
import { monotonic } from '../std/clock.ts';
import { Failure, transient } from '../std/failure.ts';
import type { KubeClient } from './client.ts';
import { type Change, Collection } from './collection.ts';
import type { Indexes } from './indexed-objects.ts';
import { tooLargeReason } from './kube-error.ts';
import { OwnWrites } from './own-writes.ts';
import type { Page } from './page.ts';
import type { WatchState } from './watch-state.ts';
import { parseEvents } from './watch-stream.ts';

/** Must be quick and must not throw: it enqueues keys, and leaves the rest to a reconcile. */
export type ChangeHandler = (change: Change) => void;

export interface ReflectorOptions {
  readonly client: Pick<KubeClient, 'listPage' | 'watch'>;
  readonly type: ResourceType;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly indexes: Indexes;
  /** Only the metadata of the objects is asked for, so that what is large or secret never comes. */
  readonly metadataOnly: boolean;
  readonly onChange: ChangeHandler;
  readonly random: Random;
  readonly log: Logger;
  /** A watch that was open for as long was sound, even if nothing happened in it. */
  readonly soundMilliseconds?: number;
}

/** Objects of a page, where they are of a usual size. */
const pageSize = 500;

/** The server ends a watch after this; spread out, so that the watches of many clients do not end together. */
const watchSeconds = { shortest: 300, longest: 600 };

/** The cap bounds how long after the end of an outage we still wait. */
const backoff: Backoff = {
  first: Temporal.Duration.from({ milliseconds: 200 }),
  cap: Temporal.Duration.from({ seconds: 10 }),
};

const defaultSoundMilliseconds = 10_000;

export class Reflector {
  readonly collection: Collection;
  readonly #options: ReflectorOptions;
  readonly #ownWrites: OwnWrites;
  readonly #log: Logger;
  readonly #listed = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #mustList = true;
  /** The last watch broke off, or ended without a word. */
  #inDoubt = false;
  #failures = 0;
  #pageSize = pageSize;
  /** Of the current watch, bookmarks too. */
  #events = 0;
  /** When the current watch was answered. */
  #openedAt: number | undefined;
  #lastReason = '';
  #lists = 0;
  #interruptions = 0;
  #heardAt: number | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.collection = new Collection(options.indexes);
    this.#ownWrites = new OwnWrites(options.onChange);
    this.#log = options.log.child({ resource: options.type.plural, namespace: options.namespace ?? '*' });
  }

  /** Resolves when the first list is in; never rejects. */
  get synced(): Promise<void> {
    return this.#listed.promise;
  }

  get state(): WatchState {
    const { type, namespace = '*', metadataOnly } = this.#options;
    return {
      resource: type.plural,
      namespace,
      content: metadataOnly ? 'metadata' : 'whole',
      lists: this.#lists,
      interruptions: this.#interruptions,
      silentMilliseconds: this.#heardAt === undefined ? undefined : monotonic() - this.#heardAt,
    };
  }

  /** Sends an own write and puts its answer; handlers hear of its event as `written`. */
  write<Kind extends KubeObject>(key: NamespacedName, send: () => Promise<Kind>): Promise<Kind> {
    return this.#ownWrites.during(key, async () => {
      const answer = await send();
      this.collection.record(answer);
      return answer;
    });
  }

  /** Runs until `signal` aborts. A second call joins the first one: there is never more than one watch. */
  run(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#loop(signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#compareVersions(signal);
        if (this.#mustList) await this.#list(signal);
        this.#inDoubt = true;
        await this.#watch(signal);
        this.#inDoubt = this.#events === 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#note(error);
      }
      if (this.#failures > 0) await this.#pause(signal);
    }
  }

  /**
   * After etcd was restored from a backup the version to resume from is yet to come, and a watch from there says nothing
   * for as long. Only then are we ahead of the server; a whole list each time would load it whenever a proxy ends watches.
   */
  async #compareVersions(signal: AbortSignal): Promise<void> {
    if (!this.#inDoubt || this.#mustList) return;
    const { client, type, namespace } = this.#options;
    const { resourceVersion } = await client.listPage(type, { namespace, metadataOnly: true, limit: 1 }, signal);
    if (BigInt(resourceVersion) >= this.collection.processed) return;
    this.collection.forgetVersions();
    this.#mustList = true;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, namespace, labelSelector, metadataOnly } = this.#options;
    const items: KubeObject[] = [];
    let page: Page | undefined;
    this.#pageSize = pageSize;
    do {
      const query = { namespace, labelSelector, metadataOnly, continue: page?.continue };
      page = await this.#page((limit) => client.listPage(type, { ...query, limit }, signal));
      items.push(...page.items.map((item) => this.#kept(item)));
    } while (page.continue !== undefined);
    signal.throwIfAborted();
    this.#mustList = false;
    this.#lists += 1;
    this.#heardAt = monotonic();
    for (const change of this.collection.replace(items, BigInt(page.resourceVersion))) this.#ownWrites.hear(change);
    this.#listed.resolve();
    this.#log.debug({ objects: items.length, version: page.resourceVersion }, 'listed');
  }

  /** Objects may be as large as whoever writes them likes: where a page is too large, it and the next ones have fewer. */
  async #page(ask: (limit: number) => Promise<Page>): Promise<Page> {
    try {
      return await ask(this.#pageSize);
    } catch (error) {
      if (this.#pageSize === 1 || !(error instanceof Failure) || error.reason !== tooLargeReason) throw error;
      this.#pageSize = Math.ceil(this.#pageSize / 8);
      return this.#page(ask);
    }
  }

  /** Returns when the server ends the watch, which is then resumed at once. */
  async #watch(signal: AbortSignal): Promise<void> {
    this.#events = 0;
    this.#openedAt = undefined;
    try {
      await this.#follow(signal);
    } finally {
      if (this.#isSound()) this.#failures = 0;
    }
    // A proxy that closes every watch at once must not make us reconnect in a loop.
    if (!this.#isSound()) throw transient('WatchEndedAtOnce', 'The watch ended before it sent anything');
  }

  /** Counted from its answer: a server that takes long to refuse a watch is none that serves it. */
  #isSound(): boolean {
    const { soundMilliseconds = defaultSoundMilliseconds } = this.#options;
    const openMilliseconds = this.#openedAt === undefined ? 0 : monotonic() - this.#openedAt;
    return this.#events > 0 || openMilliseconds >= soundMilliseconds;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { client, type, namespace, labelSelector, metadataOnly, random } = this.#options;
    const timeoutSeconds = Math.round(
      watchSeconds.shortest + random() * (watchSeconds.longest - watchSeconds.shortest),
    );
    const resourceVersion = `${this.collection.processed}`;
    const query = { namespace, labelSelector, metadataOnly, resourceVersion, timeoutSeconds };
    const chunks = await client.watch(type, query, signal);
    this.#openedAt = monotonic();
    for await (const event of parseEvents(chunks, type)) {
      // What had arrived before a stop is still handed out after it.
      signal.throwIfAborted();
      this.#events += 1;
      this.#heardAt = monotonic();
      const change = this.collection.apply('object' in event ? { ...event, object: this.#kept(event.object) } : event);
      if (change !== undefined) this.#ownWrites.hear(change);
    }
  }

  /** kubectl keeps a copy of what it applied in an annotation, of a whole Secret too. */
  #kept(object: KubeObject): KubeObject {
    if (!this.#options.metadataOnly) return object;
    const { annotations, ...metadata } = object.metadata;
    return { ...object, metadata };
  }

  #note(error: unknown): void {
    const { reason, message } = error instanceof Failure ? error : unclassified(error);
    if (reason === 'Expired') this.#mustList = true;
    this.#failures += 1;
    this.#interruptions += 1;
    // One interruption is everyday life; that the next try fails too is news, and so is another reason.
    const isNews = this.#failures === 2 || (this.#failures > 2 && reason !== this.#lastReason);
    this.#lastReason = reason;
    this.#log[isNews ? 'warn' : 'debug']({ reason, message, failures: this.#failures }, 'watch interrupted');
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const milliseconds = backoffMilliseconds(backoff, this.#failures, this.#options.random);
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
  }
}

/** A handler that throws, or a defect of ours; its message may hold what must not be logged. */
function unclassified(error: unknown): { readonly reason: string; readonly message: string } {
  return { reason: error instanceof Error ? error.constructor.name : typeof error, message: 'An unexpected error' };
}
