import type { KubeObject } from '../model/kube-object.ts';
import type { NamespacedName } from './client.ts';

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
