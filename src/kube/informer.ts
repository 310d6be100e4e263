import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from './client.ts';
import type { Collection } from './collection.ts';
import { type ChangeHandler, Reflector, type ReflectorOptions } from './reflector.ts';
import type { Store } from './store.ts';

export interface InformerOptions extends Omit<ReflectorOptions, 'namespace' | 'labelSelector' | 'onChange'> {
  /** Undefined: all. One watch for each namespace, so that the operator needs no rights outside of them. */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string | undefined;
}

/** The store of one type, kept up to date by a watch, or by one for each namespace. */
export class Informer<Kind extends KubeObject = KubeObject> implements Store<Kind> {
  /** By namespace; the one under undefined is for all of them. */
  readonly #reflectors: ReadonlyMap<string | undefined, Reflector>;
  readonly #handlers: ChangeHandler[] = [];

  constructor({ namespaces, labelSelector, ...options }: InformerOptions) {
    const onChange: ChangeHandler = (change) => {
      for (const handle of this.#handlers) handle(change);
    };
    const scopes = namespaces === undefined ? [undefined] : new Set(namespaces);
    this.#reflectors = new Map(
      [...scopes].map((namespace) => [namespace, new Reflector({ ...options, namespace, labelSelector, onChange })]),
    );
  }

  /** Resolves when every first list is there; never rejects, and stays pending if the run ends before. */
  get synced(): Promise<void> {
    return Promise.all([...this.#reflectors.values()].map(({ synced }) => synced)).then(() => {});
  }

  /** Calls `handle` for every change from now on, and with an `added` for every object that is known already. */
  onChange(handle: ChangeHandler): void {
    for (const object of this.list()) handle({ kind: 'added', object });
    this.#handlers.push(handle);
  }

  get(key: NamespacedName): Kind | undefined {
    // The API server keeps the fields of a type to its schema, which `Kind` states.
    return this.#collectionOf(key)?.get(key) as Kind | undefined;
  }

  list(): readonly Kind[] {
    return [...this.#reflectors.values()].flatMap(({ collection }) => collection.list() as readonly Kind[]);
  }

  record(object: Kind): void {
    this.#collectionOf(object.metadata)?.record(object);
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  #collectionOf({ namespace }: NamespacedName): Collection | undefined {
    return (this.#reflectors.get(namespace) ?? this.#reflectors.get(undefined))?.collection;
  }
}
