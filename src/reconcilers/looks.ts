import type { Metadata, Resource } from '../api/kinds.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import { keyOf } from '../kube/indexed-objects.ts';

/** What is remembered of a resource that this process has looked at. */
export interface Look {
  readonly kind: string;
  /** What is made anew under a name is another resource. */
  readonly uid: string;
  /** Where this process may have put objects that go with the resource, as `gateway/group`. */
  readonly gateways: readonly string[];
}

type Looked = Pick<Resource<unknown>, 'kind'> & { readonly metadata: Pick<Metadata, 'namespace' | 'name' | 'uid'> };

/** Which resources of a kind this process has looked at. */
export class Looks {
  readonly #looks = new Map<string, Look>();

  /** Notes a look; answers whether it is the first one at this resource. */
  note({ kind, metadata }: Looked): boolean {
    const { uid } = metadata;
    const isFirst = this.of(metadata)?.uid !== uid;
    if (isFirst) this.#looks.set(keyOf(metadata), { kind, uid, gateways: [] });
    return isFirst;
  }

  /** From now on these are its gateways. */
  use({ kind, metadata }: Looked, gateways: readonly string[]): void {
    this.#looks.set(keyOf(metadata), { kind, uid: metadata.uid, gateways });
  }

  of(key: ReconcileKey): Look | undefined {
    return this.#looks.get(keyOf(key));
  }

  /** Nothing is left of the resource that we would have to know of. */
  forget(key: ReconcileKey): void {
    this.#looks.delete(keyOf(key));
  }
}
