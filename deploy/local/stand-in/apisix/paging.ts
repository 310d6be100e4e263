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

/**
 * All that fit, or one page of them by age if both parameters are given. Throws a Refusal (400) whose body is no JSON,
 * as the product's.
 */
export function paged<Of extends Labelled>(
  all: readonly Stored<Of>[],
  query: Readonly<Record<string, string>>,
): readonly Stored<Of>[] {
  const found = all.filter(({ body }) => fits(body, query));
  const { page, page_size } = query;
  if (page === undefined || page_size === undefined) return found;
  const size = Number(page_size);
  if (!(size >= smallest && size <= largest)) throw Refusal.with(400, 'page_size must be between 10 and 500\n');
  const from = (Math.max(Number(page) || 1, 1) - 1) * size;
  return found.toSorted((a, b) => a.createdIndex - b.createdIndex).slice(from, from + size);
}
