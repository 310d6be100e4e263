import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import type { Store } from '../ports/objects.ts';
import type { Collection } from './collection.ts';
import type { Indexes } from './indexed-objects.ts';
import { type ChangeHandler, Reflector, type ReflectorOptions } from './reflector.ts';
import type { WatchState } from './watch-state.ts';

type Shared = Omit<ReflectorOptions, 'namespace' | 'labelSelector' | 'indexes' | 'metadataOnly' | 'onChange'>;

export interface InformerOptions<Kind extends KubeObject = KubeObject, Index extends string = never> extends Shared {
  /** Undefined: all. One watch for each namespace, so that the operator needs no rights outside of them. */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string | undefined;
  /** What `byIndex` may ask for. */
  readonly indexes?: Indexes<Kind, Index> | undefined;
  /** The objects come with their metadata and nothing else, and without annotations. */
  readonly metadataOnly?: boolean | undefined;
}

/** The store of one type, kept up to date by a watch, or by one for each namespace. */
export class Informer<Kind extends KubeObject = KubeObject, Index extends string = never>
  implements Store<Kind, Index>
{
  /** By namespace; the one under undefined is for all of them. */
  readonly #reflectors: ReadonlyMap<string | undefined, Reflector>;
  readonly #handlers: ChangeHandler[] = [];

  constructor({ namespaces, labelSelector, indexes, metadataOnly = false, ...options }: InformerOptions<Kind, Index>) {
    const onChange: ChangeHandler = (change) => {
      for (const handle of this.#handlers) handle(change);
    };
    const scopes = namespaces === undefined ? [undefined] : new Set(namespaces);
    const shared = { ...options, labelSelector, indexes: (indexes ?? {}) as Indexes, metadataOnly, onChange };
    this.#reflectors = new Map([...scopes].map((namespace) => [namespace, new Reflector({ ...shared, namespace })]));
  }

  /** Resolves when every first list is there; never rejects, and stays pending if the run ends before. */
  get synced(): Promise<void> {
    return Promise.all([...this.#reflectors.values()].map(({ synced }) => synced)).then(() => {});
  }

  get states(): readonly WatchState[] {
    return [...this.#reflectors.values()].map(({ state }) => state);
  }

  /** Calls `handle` for every change from now on, and with an `added` for every object that is known already. */
  onChange(handle: ChangeHandler): void {
    for (const object of this.list()) handle({ kind: 'added', object, listed: true });
    this.#handlers.push(handle);
  }

  get(key: NamespacedName): Kind | undefined {
    // The API server keeps the fields of a type to its schema, which `Kind` states.
    return this.#reflectorOf(key)?.collection.get(key) as Kind | undefined;
  }

  list(): readonly Kind[] {
    return [...this.#reflectors.values()].flatMap(({ collection }) => collection.list() as readonly Kind[]);
  }

  byIndex(index: Index, value: string): readonly Kind[] {
    const found = (collection: Collection) => collection.byIndex(index, value) as readonly Kind[];
    return [...this.#reflectors.values()].flatMap(({ collection }) => found(collection));
  }

  async write(key: NamespacedName, send: () => Promise<Kind>): Promise<Kind> {
    const reflector = this.#reflectorOf(key);
    return reflector === undefined ? await send() : await reflector.write(key, send);
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  #reflectorOf({ namespace }: NamespacedName): Reflector | undefined {
    return this.#reflectors.get(namespace) ?? this.#reflectors.get(undefined);
  }
}
