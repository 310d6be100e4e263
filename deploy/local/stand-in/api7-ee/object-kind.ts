import type { Collection, Stored } from '../admin/collection.ts';
import type { Group } from './group.ts';
import type { FurtherParameters, Query } from './listing.ts';

/** One kind of object in a gateway group: where it lives, and the rules that a JSON Schema cannot say. */
export interface ObjectKind<Body> {
  /** Last part of `/apisix/admin/…`. */
  readonly path: string;
  /** Name of its schema. */
  readonly schema: string;
  readonly patchable: boolean;
  readonly collection: (group: Group) => Collection<Body>;
  /** Further parameters of its list, and what they choose. */
  readonly listed?: FurtherParameters & { readonly fits: (body: Body, query: Query) => boolean };
  /** Throws a Refusal if the object may not be stored under this id. */
  readonly check: (body: Body, id: string, group: Group) => void;
  /** What is stored, where that differs from what was sent. */
  readonly complete?: (body: Body) => Body;
  /** What answers show of the body, with what is derived from it. Never a private key field. */
  readonly show: (body: Body) => Readonly<Record<string, unknown>>;
  /** Removes it. Throws a Refusal if another object still needs it. */
  readonly remove: (id: string, group: Group) => void;
}

/** The `value` of an answer. */
export function present<Body>(kind: ObjectKind<Body>, { id, body, createdAt, updatedAt }: Stored<Body>) {
  return { ...kind.show(body), id, created_at: createdAt, updated_at: updatedAt };
}
