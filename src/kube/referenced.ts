/**
 * Secrets and ConfigMaps of others, which our resources refer to by name. Their names and versions are watched, never
 * their content, since a namespace may be full of large ones that are none of our business; the few that somebody asks
 * for are read whole, once for each version. Call `read` after `synced`: what the watch does not have does not exist.
 */

import { LRUCache } from 'lru-cache';
import { labels, managedByValue } from '../api/group.ts';
import type { KubeObject } from '../model/kube-object.ts';
import { keyOf, type NamespacedName } from '../model/object-key.ts';
import { untilAborted } from '../std/until-aborted.ts';
import type { KubeClient } from './client.ts';
import type { Change } from './collection.ts';
import { Informer, type InformerOptions } from './informer.ts';
import type { ChangeHandler } from './reflector.ts';
import type { WatchState } from './watch-state.ts';

export interface ReferencedOptions
  extends Omit<InformerOptions, 'client' | 'labelSelector' | 'indexes' | 'metadataOnly'> {
  readonly client: Pick<KubeClient, 'listPage' | 'watch' | 'get'>;
}

/** Of up to 1 MiB each; what was not read for the longest time goes first, and is read again when it is asked for. */
const kept = { max: 500 };

interface Flight<Kind> {
  /** The newest version that the watch knew at the start: somebody who knows of a newer one must not join. */
  readonly version: string | undefined;
  readonly object: Promise<Kind | undefined>;
}

export class ReferencedObjects<Kind extends KubeObject = KubeObject> {
  readonly #options: ReferencedOptions;
  readonly #informer: Informer;
  readonly #kept = new LRUCache<string, Kind>(kept);
  readonly #flights = new Map<string, Flight<Kind>>();

  constructor(options: ReferencedOptions) {
    this.#options = options;
    const labelSelector = `${labels.managedBy}!=${managedByValue}`;
    this.#informer = new Informer({ ...options, labelSelector, metadataOnly: true });
    this.#informer.onChange((change) => this.#forget(change));
  }

  /** See `Informer`. */
  get synced(): Promise<void> {
    return this.#informer.synced;
  }

  get states(): readonly WatchState[] {
    return this.#informer.states;
  }

  /** `handle` gets metadata only, of all that there are: it looks up who refers to that name. */
  onChange(handle: ChangeHandler): void {
    this.#informer.onChange(handle);
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#informer.run(signal);
  }

  /** The whole object as of its latest version; undefined: there is none. Throws what `KubeClient.get` throws. */
  async read(key: NamespacedName, signal: AbortSignal): Promise<Kind | undefined> {
    signal.throwIfAborted();
    const version = this.#versionOf(key);
    if (version === undefined) return undefined;
    return this.#kept.get(keyOf(key)) ?? (await untilAborted(this.#fetchOnce(key, version), signal));
  }

  #versionOf(key: NamespacedName): string | undefined {
    return this.#informer.get(key)?.metadata.resourceVersion;
  }

  /** Its signal is nobody's: who gives up waiting must not take it from the others. The client bounds its time. */
  #fetchOnce(key: NamespacedName, version: string): Promise<Kind | undefined> {
    const text = keyOf(key);
    const under = this.#flights.get(text);
    if (under?.version === version) return under.object;
    const flight: Flight<Kind> = {
      version,
      object: this.#fetch(key).finally(() => {
        if (this.#flights.get(text) === flight) this.#flights.delete(text);
      }),
    };
    this.#flights.set(text, flight);
    return flight.object;
  }

  async #fetch(key: NamespacedName): Promise<Kind | undefined> {
    const { client, type } = this.#options;
    // The API server keeps the fields of a type to its schema, which `Kind` states.
    const object = (await client.get(type, key)) as Kind | undefined;
    const watched = this.#versionOf(key);
    // Its event may have overtaken the answer: that is true now and must not be kept, as no other event would end it.
    if (object !== undefined && watched !== undefined && isAsNew(object, watched)) {
      this.#kept.set(keyOf(object.metadata), object);
    }
    return object;
  }

  /** Also one that is newer than the event: it says nothing, or that etcd was restored from a backup. */
  #forget({ kind, object: { metadata } }: Change): void {
    const version = this.#kept.peek(keyOf(metadata))?.metadata.resourceVersion;
    if (kind === 'deleted' || version !== metadata.resourceVersion) this.#kept.delete(keyOf(metadata));
  }
}

function isAsNew({ metadata }: KubeObject, version: string): boolean {
  return BigInt(metadata.resourceVersion ?? 0) >= BigInt(version);
}
