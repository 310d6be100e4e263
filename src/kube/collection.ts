/**
 * What one reflector knows: the last state of each object, and the newest version that it has processed. Pure: lists,
 * events and own writes go in, the changes that handlers must hear of come out. It never steps back to an older state
 * of an object, and never keeps one that the API server has deleted.
 */

import type { KubeObject } from '../model/kube-object.ts';
import { keyOf, type NamespacedName } from '../model/object-key.ts';
import { IndexedObjects, type Indexes } from './indexed-objects.ts';
import type { WatchEvent } from './watch-stream.ts';

export type Change =
  /** `listed`: found by a list, the first one most of the time, so nobody has just made it. */
  | { readonly kind: 'added'; readonly object: KubeObject; readonly listed: boolean }
  /** `previous` is what handlers heard of before. */
  | { readonly kind: 'updated'; readonly object: KubeObject; readonly previous: KubeObject }
  /** The event of a write of ours that was recorded. Without `previous` handlers have not heard of the object before. */
  | { readonly kind: 'written'; readonly object: KubeObject; readonly previous: KubeObject | undefined }
  /** `object` is the last known state. */
  | { readonly kind: 'deleted'; readonly object: KubeObject };

interface Origin {
  readonly listed: boolean;
  readonly evenIfOlder: boolean;
}

export class Collection {
  readonly #objects: IndexedObjects;
  /**
   * Of what was recorded and whose event has yet to come: the state that handlers heard of last. The answer of an own
   * write may hold what somebody else wrote just before, whose event is then passed over.
   */
  readonly #heard = new Map<string, KubeObject | undefined>();
  #processed = 0n;
  #forgotten = false;

  constructor(indexes: Indexes = {}) {
    this.#objects = new IndexedObjects(indexes);
  }

  get(key: NamespacedName): KubeObject | undefined {
    return this.#objects.get(key);
  }

  /** In no particular order. */
  list(): readonly KubeObject[] {
    return this.#objects.list();
  }

  /** In no particular order; own writes that were recorded too. */
  byIndex(name: string, value: string): readonly KubeObject[] {
    return this.#objects.byIndex(name, value);
  }

  /** Where a watch resumes. */
  get processed(): bigint {
    return this.#processed;
  }

  /**
   * Puts the answer of an own write, so that the next reconcile sees it. Only while its watch event has yet to come
   * (the version is newer than all processed ones): after that the write may be outdated, or the object deleted.
   */
  record(object: KubeObject): void {
    const version = versionOf(object);
    const known = this.get(object.metadata);
    if (version <= this.#processed || (known !== undefined && versionOf(known) >= version)) return;
    const key = keyOf(object.metadata);
    if (!this.#heard.has(key)) this.#heard.set(key, known);
    this.#objects.set(object);
  }

  /** Etcd was restored from a backup: the next list is right whatever its version, which may have passed ours by then. */
  forgetVersions(): void {
    this.#forgotten = true;
  }

  /** A whole list, complete and consistent as of `listVersion`. */
  replace(items: readonly KubeObject[], listVersion: bigint): readonly Change[] {
    const listed = new Set(items.map((item) => keyOf(item.metadata)));
    // A version before those we saw: etcd was restored from a backup, and nothing that we know is newer than the list.
    const restored = this.#forgotten || listVersion < this.#processed;
    const gone = this.list().filter(
      (object) => !listed.has(keyOf(object.metadata)) && (restored || versionOf(object) <= listVersion),
    );
    const changes = [
      ...gone.map((object) => this.#remove(object)),
      ...items.flatMap((item) => this.#put(item, { listed: true, evenIfOlder: restored })),
    ];
    this.#processed = listVersion;
    this.#forgotten = false;
    return changes;
  }

  /** Undefined: nothing that handlers have not heard of, or will hear of with the event of a recorded write. */
  apply(event: WatchEvent): Change | undefined {
    // A watch is in order of versions; an older one is a repetition after a reconnect.
    if (event.version <= this.#processed) return undefined;
    const change = this.#changeOf(event);
    this.#processed = event.version;
    return change;
  }

  #changeOf(event: WatchEvent): Change | undefined {
    switch (event.kind) {
      case 'bookmark':
        return undefined;
      case 'put':
        return this.#put(event.object, { listed: false, evenIfOlder: false })[0];
      case 'delete': {
        const known = this.get(event.object.metadata);
        return known === undefined || versionOf(known) > event.version ? undefined : this.#remove(known);
      }
    }
  }

  #put(object: KubeObject, { listed, evenIfOlder }: Origin): readonly Change[] {
    const known = this.get(object.metadata);
    const version = versionOf(object);
    if (known !== undefined && !evenIfOlder) {
      const knownVersion = versionOf(known);
      // Equal and processed: unchanged. Equal and not yet processed: an own write, of which handlers hear now.
      if (knownVersion > version || (knownVersion === version && version <= this.#processed)) return [];
    }
    this.#objects.set(object);
    return [this.#tell(object, known, listed)];
  }

  #tell(object: KubeObject, known: KubeObject | undefined, listed: boolean): Change {
    const key = keyOf(object.metadata);
    const recorded = this.#heard.has(key);
    const previous = recorded ? this.#heard.get(key) : known;
    this.#heard.delete(key);
    if (recorded && known !== undefined && versionOf(known) === versionOf(object))
      return { kind: 'written', object, previous };
    return previous === undefined ? { kind: 'added', object, listed } : { kind: 'updated', object, previous };
  }

  #remove(object: KubeObject): Change {
    this.#objects.delete(object.metadata);
    this.#heard.delete(keyOf(object.metadata));
    return { kind: 'deleted', object };
  }
}

function versionOf({ metadata }: KubeObject): bigint {
  return BigInt(metadata.resourceVersion ?? 0);
}
