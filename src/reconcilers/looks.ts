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
  /** Since when this process fails to clear them for its deletion. */
  readonly stuckSince?: Temporal.Instant;
}

type Looked = Pick<Resource<unknown>, 'kind'> & { readonly metadata: Pick<Metadata, 'namespace' | 'name' | 'uid'> };

/** Which resources of a kind this process has looked at. */
export class Looks {
  readonly #looks = new Map<string, Look>();
  /** Of resources that are gone, while there are gateways that have yet to be cleared. */
  readonly #former = new Map<string, readonly Look[]>();

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

  /** Since when its gateways cannot be cleared; from now on, where they could or the clock was set back. */
  stuckSince({ kind, metadata }: Looked, now: Temporal.Instant): Temporal.Instant {
    const { uid } = metadata;
    const known = this.of(metadata);
    const look = known?.uid === uid ? known : { kind, uid, gateways: [] };
    const { stuckSince = now } = look;
    const since = Temporal.Instant.compare(stuckSince, now) <= 0 ? stuckSince : now;
    this.#looks.set(keyOf(metadata), { ...look, stuckSince: since });
    return since;
  }

  of(key: ReconcileKey): Look | undefined {
    return this.#looks.get(keyOf(key));
  }

  /** Of those who had the name of the resource with this uid, and may have left something at gateways. */
  formerOf(key: ReconcileKey, uid: string | undefined): readonly Look[] {
    const looks = [...(this.#former.get(keyOf(key)) ?? []), this.of(key)].filter((look) => look !== undefined);
    return looks.filter((look) => look.uid !== uid && look.gateways.length > 0);
  }

  /** Keeps these apart from what is known of the resource with this uid, which has the name now. */
  keepFormer(key: ReconcileKey, uid: string | undefined, former: readonly Look[]): void {
    if (this.of(key)?.uid !== uid) this.forget(key);
    if (former.length === 0) this.#former.delete(keyOf(key));
    else this.#former.set(keyOf(key), former);
  }

  /** Nothing is left of the resource that we would have to know of. */
  forget(key: ReconcileKey): void {
    this.#looks.delete(keyOf(key));
  }
}
