/** What an Admin API was told, in memory. Nothing is written to disk, so a restart is a gateway that lost everything. */

export interface Stored<Body> {
  readonly id: string;
  /** As it was sent, without its id; where the product fills in defaults, with them. */
  readonly body: Body;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Revisions of the store, which tell the order of those of one second. */
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

/** Objects by id, in order of creation. */
export type Collection<Body> = Map<string, Stored<Body>>;

/** Epoch seconds, as every time in the Admin APIs. */
export const epochSeconds = () => Math.floor(Temporal.Now.instant().epochMilliseconds / 1000);

/** Creates or replaces; a replaced object keeps its place and its time of creation. */
export function put<Body>(collection: Collection<Body>, id: string, body: Body, revision: number): Stored<Body> {
  const now = epochSeconds();
  const { createdAt = now, createdIndex = revision } = collection.get(id) ?? {};
  const stored = { id, body, createdAt, updatedAt: now, createdIndex, modifiedIndex: revision };
  collection.set(id, stored);
  return stored;
}

/** Lists can lag behind what single objects show, as with a cache: from `freeze` to `thaw` they show what was then. */
export class Lists {
  #frozen: ReadonlyMap<unknown, unknown> | undefined;

  freeze(collections: readonly Collection<unknown>[]): void {
    this.#frozen = new Map(collections.map((collection) => [collection, [...collection.values()]]));
  }

  thaw(): void {
    this.#frozen = undefined;
  }

  of<Body>(collection: Collection<Body>): readonly Stored<Body>[] {
    const frozen = this.#frozen?.get(collection) as readonly Stored<Body>[] | undefined;
    return frozen ?? [...collection.values()];
  }
}
