/** Paging, order and filters of every list. Without paging parameters a list is whole, as API7's seems to be. */

/** Values of a parsed query string; the patterns below are checked before `select` runs. */
export type Query = Readonly<Record<string, string>>;

const positive = { type: 'string', pattern: '^[1-9][0-9]{0,8}$' } as const;

/** A parameter that is not in here is refused: a filter that is silently ignored would hide a mistake of the client. */
export function listQuerySchema(further: readonly string[]) {
  return {
    type: 'object',
    required: further.filter((name) => name !== 'gateway_group_id' && name !== 'name'),
    additionalProperties: false,
    properties: {
      page: positive,
      page_size: positive,
      order_by: { enum: ['created_at', 'updated_at'] },
      direction: { enum: ['asc', 'desc'] },
      search: { type: 'string' },
      ...Object.fromEntries(further.map((name) => [name, { type: 'string' }])),
    },
    patternProperties: { '^labels\\[.+\\]$': { type: 'string' } },
  };
}

export interface Listed {
  readonly body: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly createdAt: number;
  readonly updatedAt: number;
}

const defaultPageSize = 10;

function fits({ body }: Listed, query: Query): boolean {
  if (!body.name.includes(query['search'] ?? '')) return false;
  return Object.entries(query)
    .map(([parameter, value]) => ({ key: /^labels\[(.+)\]$/.exec(parameter)?.[1], value }))
    .every(({ key, value }) => key === undefined || body.labels?.[key] === value);
}

/** Newest first unless asked otherwise; objects of the same second keep their order of creation. */
function ordered<Item extends Listed>(items: readonly Item[], query: Query): readonly Item[] {
  const time = query['order_by'] === 'updated_at' ? 'updatedAt' : 'createdAt';
  const oldestFirst = items.toSorted((a, b) => a[time] - b[time]);
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
