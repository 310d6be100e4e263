/** How PATCH of APISIX changes an object: a merge in which null removes, or one value at a path below the id. */
import { Refusal } from '../admin/refusal.ts';

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** A list is merged by position, since it is a table like any other to the product. */
function likeIt(original: unknown, tree: Tree): unknown {
  return Array.isArray(original) ? Object.values(tree) : tree;
}

/** core.table.merge: objects into each other, an empty one is replaced, null removes. */
export function merge(original: unknown, change: unknown): unknown {
  if (!isTree(change)) return change;
  if (!isTree(original) || Object.keys(original).length === 0) return change;
  const merged: Record<string, unknown> = { ...original };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(original[key], value);
  }
  return likeIt(original, merged);
}

/** core.table.patch: sets the value at the path. Throws a Refusal (400) where the path leads through no object. */
export function setAt(original: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (!isTree(original)) throw new Refusal(400, 'invalid sub-path');
  const { [key]: old, ...others } = original;
  if (rest.length === 0 && value === null) return likeIt(original, others);
  return likeIt(original, { ...original, [key]: setAt(rest.length === 0 ? undefined : old, rest, value) });
}
