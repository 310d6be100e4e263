import type { ReconcileKey } from '../controller/controller.ts';
import { keyOf } from '../kube/indexed-objects.ts';

/** What is remembered of a resource that this process has looked at. */
export interface Look {
  readonly kind: string;
  /** What is made anew under a name is another resource. */
  readonly uid: string;
  /** Where this process may have put objects of it, as `gateway/group`. */
  readonly gateways: readonly string[];
}

/** Which resources of a kind this process has looked at. */
export class Looks {
  readonly #looks = new Map<string, Look>();

  /** Notes a look; answers whether it is the first one at this resource. */
  note(key: ReconcileKey, look: Look): boolean {
    const isFirst = this.of(key)?.uid !== look.uid;
    this.#looks.set(keyOf(key), look);
    return isFirst;
  }

  of(key: ReconcileKey): Look | undefined {
    return this.#looks.get(keyOf(key));
  }

  /** Nothing is left of the resource that we would have to know of. */
  forget(key: ReconcileKey): void {
    this.#looks.delete(keyOf(key));
  }
}
