import type { FastifyInstance } from 'fastify';
import { Refusal } from '../admin/refusal.ts';
import type { Schemas } from '../admin/schemas.ts';
import type { Group } from './group.ts';
import { queryReader, select } from './listing.ts';

const present = ({ id, name, createdAt }: Group) => ({
  id,
  name,
  type: 'api7_gateway',
  description: '',
  labels: {},
  enforce_service_publishing: false,
  config: {},
  created_at: createdAt,
  updated_at: createdAt,
});

/**
 * Gateway groups are configured at the start: they are read only. `search` finds any name that contains it, `name` the
 * exact one (api7/adc, pull request 360).
 */
export function serveGroups(app: FastifyInstance, groups: readonly Group[], schemas: Schemas): void {
  const listed = groups.map((group, index) => ({
    group,
    body: { name: group.name },
    createdAt: group.createdAt,
    updatedAt: group.createdAt,
    createdIndex: index,
    modifiedIndex: index,
  }));
  const readQuery = queryReader(schemas, { optional: ['name'] });

  app.get('/api/gateway_groups', async (request) => {
    const query = readQuery(request);
    const named = listed.filter(({ group }) => group.name === (query['name'] ?? group.name));
    const { list, total } = select(named, query);
    return { list: list.map(({ group }) => present(group)), total };
  });

  app.get<{ Params: { id: string } }>('/api/gateway_groups/:id', async ({ params }) => {
    const group = groups.find(({ id }) => id === params.id);
    if (group === undefined) throw new Refusal(404, 'gateway group not found');
    return { value: present(group) };
  });
}
