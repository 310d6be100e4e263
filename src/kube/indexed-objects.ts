import type { KubeObject } from '../model/kube-object.ts';
import { keyOf, type NamespacedName } from '../model/object-key.ts';

/**
 * The values under which an object is found: the names of the Secrets that it refers to, say. It must depend on the
 * object alone and must not throw, whatever the object lacks.
 */
type IndexBy<Kind extends KubeObject = KubeObject> = (object: Kind) => readonly string[];

/** Index functions by the name of the index. */
export type Indexes<Kind extends KubeObject = KubeObject, Index extends string = string> = Readonly<
  Record<Index, IndexBy<Kind>>
>;

/** Objects by name, and by the values of each index; kept up to date with each `set` and `delete`, never by a scan. */
export class IndexedObjects {
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes: ReadonlyMap<string, IndexOf>;

  constructor(indexes: Indexes) {
    this.#indexes = new Map(Object.entries(indexes).map(([name, by]) => [name, new IndexOf(by)]));
  }

  get(key: NamespacedName): KubeObject | undefined {
    return this.#objects.get(keyOf(key));
  }

  /** In no particular order. */
  list(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  /** In no particular order. Throws where no index of that name was declared: that is a defect of the caller. */
  byIndex(name: string, value: string): readonly KubeObject[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`There is no index ${name}`);
    return [...index.find(value)];
  }

  set(object: KubeObject): void {
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (previous !== undefined) index.remove(previous);
      index.add(object);
    }
  }

  delete(key: NamespacedName): void {
    const previous = this.get(key);
    if (previous === undefined) return;
    this.#objects.delete(keyOf(key));
    for (const index of this.#indexes.values()) index.remove(previous);
  }
}

/** One index: what is found under each value. A value that nothing has any more is forgotten. */
class IndexOf {
  readonly #by: IndexBy;
  readonly #found = new Map<string, Set<KubeObject>>();

  constructor(by: IndexBy) {
    this.#by = by;
  }

  find(value: string): ReadonlySet<KubeObject> {
    return this.#found.get(value) ?? new Set();
  }

  add(object: KubeObject): void {
    for (const value of this.#by(object)) {
      const found = this.#found.get(value);
      if (found === undefined) this.#found.set(value, new Set([object]));
      else found.add(object);
    }
  }

  remove(object: KubeObject): void {
    for (const value of this.#by(object)) {
      const found = this.#found.get(value);
      found?.delete(object);
      if (found?.size === 0) this.#found.delete(value);
    }
  }
}
