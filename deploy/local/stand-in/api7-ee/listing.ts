/** Paging, order and filters of every list. Without paging parameters a list is whole, as API7's seems to be. */
import type { FastifyRequest } from 'fastify';
import type { JsonSchema, Schemas } from '../admin/schemas.ts';
import { mustFit } from './fit.ts';

/** Values of a parsed query string that fits. */
export type Query = Readonly<Record<string, string>>;

/** Throws a Refusal (400) for a parameter that the list does not have. */
export type ReadQuery = (request: FastifyRequest) => Query;

export interface FurtherParameters {
  /** The list demands them. */
  readonly needed?: readonly string[];
  readonly optional?: readonly string[];
}

/** Makes the reader of a list with further parameters. */
export function queryReader(schemas: Schemas, { needed = [], optional = [] }: FurtherParameters): ReadQuery {
  const schema = schemas.file('list-query');
  const further = Object.fromEntries([...needed, ...optional].map((name) => [name, { type: 'string' }]));
  const { $id: _, ...rest } = schema;
  const properties = { ...(schema['properties'] as JsonSchema), ...further };
  const check = schemas.checkOf({ ...rest, required: needed, properties });
  return ({ query }) => mustFit(check, query) as Query;
}

export interface Listed {
  readonly body: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

const defaultPageSize = 10;

function fits({ body }: Listed, query: Query): boolean {
  if (!(body.name ?? '').includes(query['search'] ?? '')) return false;
  return Object.entries(query)
    .map(([parameter, value]) => ({ key: /^labels\[(.+)\]$/.exec(parameter)?.[1], value }))
    .every(({ key, value }) => key === undefined || body.labels?.[key] === value);
}

/** What was written last comes first, unless asked otherwise: an edit moves an object to another page. */
function ordered<Item extends Listed>(items: readonly Item[], query: Query): readonly Item[] {
  const [time, index] =
    query['order_by'] === 'created_at'
      ? (['createdAt', 'createdIndex'] as const)
      : (['updatedAt', 'modifiedIndex'] as const);
  const oldestFirst = items.toSorted((a, b) => a[time] - b[time] || a[index] - b[index]);
  return query['direction'] === 'asc' ? oldestFirst : oldestFirst.toReversed();
}

/** One page, and how many fit in all. */
export function select<Item extends Listed>(
  items: readonly Item[],
  query: Query,
): { list: readonly Item[]; total: number } {
  const found = ordered(
    items.filter((item) => fits(item, query)),
    query,
  );
  if (query['page'] === undefined && query['page_size'] === undefined) return { list: found, total: found.length };
  const size = Number(query['page_size'] ?? defaultPageSize);
  const from = (Number(query['page'] ?? 1) - 1) * size;
  return { list: found.slice(from, from + size), total: found.length };
}
