import type { Collection, Group, Stored } from '../store.ts';

/** One kind of object in a gateway group: where it lives, and the rules that a JSON Schema cannot say. */
export interface ObjectKind<Body> {
  /** Last part of `/apisix/admin/…`. */
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** A further query parameter that the list demands. */
  readonly listNeeds?: keyof Body & string;
  readonly collection: (group: Group) => Collection<Body>;
  /** Throws a Refusal if the object may not be stored under this id. */
  readonly check: (body: Body, id: string, group: Group) => void;
  /** What answers show of the body, with what is derived from it. Never a private key field. */
  readonly show: (body: Body) => Readonly<Record<string, unknown>>;
  /** Removes it. Throws a Refusal if another object still needs it. */
  readonly remove: (id: string, group: Group) => void;
}

/** The `value` of an answer. */
export function present<Body>(kind: ObjectKind<Body>, { id, body, createdAt, updatedAt }: Stored<Body>) {
  return { ...kind.show(body), id, created_at: createdAt, updated_at: updatedAt };
}
