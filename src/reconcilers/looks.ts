import type { Metadata } from '../api/kinds.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import { keyOf } from '../kube/indexed-objects.ts';

/** Which resources of a kind this process has looked at. */
export class Looks {
  /** Its uid: what is made anew under a name is another resource. */
  readonly #uids = new Map<string, string>();

  /** Notes a look; answers whether it is the first one at this resource. */
  note(metadata: Pick<Metadata, 'namespace' | 'name' | 'uid'>): boolean {
    const key = keyOf(metadata);
    const isFirst = this.#uids.get(key) !== metadata.uid;
    this.#uids.set(key, metadata.uid);
    return isFirst;
  }

  /** The resource is gone. */
  forget(key: ReconcileKey): void {
    this.#uids.delete(keyOf(key));
  }
}
