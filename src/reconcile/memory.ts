import type { Metadata, Resource } from '../api/kinds.ts';
import type { ReconcileKey } from '../controller/controller.ts';
import { keyOf } from '../model/object-key.ts';

/** What is remembered of a resource that this process has looked at. */
export interface Remembered {
  readonly kind: string;
  /** What is made anew under a name is another resource. */
  readonly uid: string;
  /** Where this process may have put objects that go with the resource, as `gateway/group`. */
  readonly gateways: readonly string[];
  /** Since when this process fails to clear them for its deletion. */
  readonly stuckSince?: Temporal.Instant;
  /** The version of it that this process has taken its finalizer off. */
  readonly letGoOf?: string | undefined;
  /** Until when what this process has proven, or taken over as proven, is not made again. */
  readonly provenUntil?: Temporal.Instant;
  /** Its status says of an outage of its gateway, of which nobody was told by the resource itself. */
  readonly inOutage?: boolean;
  /** Its gateway gave no answer when it was last looked at, and its status does not say so yet. */
  readonly inDoubt?: boolean;
}

type Looked = Pick<Resource<unknown>, 'kind'> & { readonly metadata: Pick<Metadata, 'namespace' | 'name' | 'uid'> };

/** Which resources of a kind this process has looked at. */
export class ResourceMemory {
  readonly #looks = new Map<string, Remembered>();
  /** Of resources that are gone, while there are gateways that have yet to be cleared. */
  readonly #former = new Map<string, readonly Remembered[]>();
  /** uids of those of which a failure was told by the condition alone, so far. */
  readonly #heldBack = new Map<string, string>();

  /** Notes a look; answers whether it is the first one at this resource. */
  note({ kind, metadata }: Looked): boolean {
    const { uid } = metadata;
    const isFirst = this.of(metadata)?.uid !== uid;
    if (isFirst) this.#looks.set(keyOf(metadata), { kind, uid, gateways: [] });
    return isFirst;
  }

  /** From now on these are its gateways. */
  use(looked: Looked, gateways: readonly string[]): void {
    this.#change(looked, { gateways });
  }

  /** From now on it is proven until then. */
  prove(looked: Looked, provenUntil: Temporal.Instant): void {
    this.#change(looked, { provenUntil });
  }

  /** Notes whether its status tells of an outage now; answers whether it did before. */
  noteOutage(looked: Looked, inOutage: boolean): boolean {
    const before = this.#lookAt(looked).inOutage ?? false;
    if (before !== inOutage) this.#change(looked, { inOutage });
    return before;
  }

  /** Notes whether its gateway gave no answer now; answers whether it did before. */
  noteDoubt(looked: Looked, inDoubt: boolean): boolean {
    const before = this.#lookAt(looked).inDoubt ?? false;
    if (before !== inDoubt) this.#change(looked, { inDoubt });
    return before;
  }

  /** Its gateways cannot be cleared: since now, where they could be before or the clock was set back. */
  noteStuck(looked: Looked, now: Temporal.Instant): void {
    const { stuckSince: known = now } = this.#lookAt(looked);
    this.#change(looked, { stuckSince: Temporal.Instant.compare(known, now) <= 0 ? known : now });
  }

  /** Nothing is left of it that we would have to know of, but that we let go of this version. */
  letGo({ kind, metadata }: Looked & { readonly metadata: Pick<Metadata, 'resourceVersion'> }): void {
    const { uid, resourceVersion } = metadata;
    this.forget(metadata);
    this.#looks.set(keyOf(metadata), { kind, uid, gateways: [], letGoOf: resourceVersion });
  }

  /** A failure of it is told by the condition alone, as long as it may be nothing but the start. */
  holdBack({ metadata }: Looked): void {
    this.#heldBack.set(keyOf(metadata), metadata.uid);
  }

  /** From now on nothing is held back of it; answers whether something was. */
  releaseHeldBack({ metadata }: Looked): boolean {
    const wasHeldBack = this.#heldBack.get(keyOf(metadata)) === metadata.uid;
    this.#heldBack.delete(keyOf(metadata));
    return wasHeldBack;
  }

  of(key: ReconcileKey): Remembered | undefined {
    return this.#looks.get(keyOf(key));
  }

  /** Of those who had the name of the resource with this uid, and may have left something at gateways. */
  formerOf(key: ReconcileKey, uid: string | undefined): readonly Remembered[] {
    const looks = [...(this.#former.get(keyOf(key)) ?? []), this.of(key)].filter((look) => look !== undefined);
    return looks.filter((look) => look.uid !== uid && look.gateways.length > 0);
  }

  /** Keeps these apart from what is known of the resource with this uid, which has the name now. */
  keepFormer(key: ReconcileKey, uid: string | undefined, former: readonly Remembered[]): void {
    if (this.of(key)?.uid !== uid) this.forget(key);
    if (former.length === 0) this.#former.delete(keyOf(key));
    else this.#former.set(keyOf(key), former);
  }

  /** Of this very resource. */
  #lookAt({ kind, metadata }: Looked): Remembered {
    const { uid } = metadata;
    const known = this.of(metadata);
    return known?.uid === uid ? known : { kind, uid, gateways: [] };
  }

  #change(looked: Looked, change: Partial<Remembered>): void {
    this.#looks.set(keyOf(looked.metadata), { ...this.#lookAt(looked), ...change });
  }

  /** Nothing is left of the resource that we would have to know of. */
  forget(key: ReconcileKey): void {
    this.#looks.delete(keyOf(key));
    this.#heldBack.delete(keyOf(key));
  }
}
