import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';

/** What is asked of an API server, one object at a time; `KubeClient` says what each call promises. */
export interface Objects {
  get(type: ResourceType, key: NamespacedName, signal?: AbortSignal): Promise<KubeObject | undefined>;
  create(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<Created>;
  mergePatch(
    type: ResourceType,
    key: NamespacedName,
    patch: Readonly<Record<string, unknown>>,
    options?: { readonly subresource?: 'status'; readonly signal?: AbortSignal },
  ): Promise<KubeObject>;
  apply(
    type: ResourceType,
    object: KubeObject,
    options: { readonly force: boolean; readonly signal?: AbortSignal },
  ): Promise<KubeObject>;
  delete(type: ResourceType, key: NamespacedName, preconditions?: Preconditions, signal?: AbortSignal): Promise<void>;
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export type Created = { readonly kind: 'created'; readonly object: KubeObject } | { readonly kind: 'exists' };

/** What reconcilers read instead of the API server, always up to date within moments. */
export interface Store<Kind extends KubeObject, Index extends string = never> {
  get(key: NamespacedName): Kind | undefined;
  /** In no particular order. */
  list(): readonly Kind[];
  /** Those that the declared index has under that value, without a scan; in no particular order. */
  byIndex(index: Index, value: string): readonly Kind[];
  /**
   * Sends an own write to the object of that name, puts what it answers, so that the next reconcile reads it, and tells
   * handlers of its watch event as `written`. Gives the answer and throws what `send` throws. Only for objects that the
   * watch will show too: of a watched namespace, and selected by its labels.
   */
  write(key: NamespacedName, send: () => Promise<Kind>): Promise<Kind>;
}
