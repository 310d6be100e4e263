import type { Stored } from '../admin/collection.ts';
import { Refusal } from '../admin/refusal.ts';

const smallest = 10;
const largest = 500;

interface Labelled {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function fits({ name, labels = {} }: Labelled, query: Readonly<Record<string, string>>): boolean {
  const { name: wantedName, label } = query;
  if (wantedName !== undefined && !(name ?? '').includes(wantedName)) return false;
  // By key only: a value in this parameter is not looked at.
  return label === undefined || label in labels;
}

export interface Listing<Item> {
  /** How many fit, on whichever page. */
  readonly total: number;
  /** A page without items is an empty table of Lua, which is written `{}`; all of nothing is `[]` (measured). */
  readonly list: readonly Item[] | Readonly<Record<string, never>>;
}

/**
 * All that fit, in the order of their ids as etcd has them, or one page of them by age if both parameters are given
 * (apisix/admin/v3_adapter.lua). Throws a Refusal (400) whose body is no JSON, as the product's.
 */
export function paged<Of extends Labelled, Item>(
  all: readonly Stored<Of>[],
  query: Readonly<Record<string, string>>,
  entry: (stored: Stored<Of>) => Item,
): Listing<Item> {
  const found = all.filter(({ body }) => fits(body, query));
  const { page, page_size } = query;
  const total = found.length;
  if (page === undefined || page_size === undefined) return { total, list: found.toSorted(byId).map(entry) };
  const size = Number(page_size);
  if (!(size >= smallest && size <= largest)) throw Refusal.with(400, 'page_size must be between 10 and 500\n');
  const from = (Math.max(Number(page) || 1, 1) - 1) * size;
  const items = found.toSorted((a, b) => a.createdIndex - b.createdIndex).slice(from, from + size);
  return { total, list: items.length === 0 ? {} : items.map(entry) };
}

function byId(one: Stored<unknown>, other: Stored<unknown>): number {
  return one.id < other.id ? -1 : 1;
}
