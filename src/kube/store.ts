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
   * Puts what an own write answered, so that the next reconcile reads it; harmless when it is outdated already. Only
   * for objects that the watch will show too: of a watched namespace, and selected by its labels.
   */
  record(object: Kind): void;
}
