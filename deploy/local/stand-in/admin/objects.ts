import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Described, id as idSchema } from '../schemas/fields.ts';
import { type Group, put } from '../store.ts';
import { readBody, readPatched } from './body.ts';
import { listQuerySchema, type Query, select } from './listing.ts';
import { type ObjectKind, present } from './object-kind.ts';
import { Refusal } from './refusal.ts';

export interface ObjectsOptions<Body> {
  readonly kind: ObjectKind<Body>;
  /** Throws a Refusal where the request names no group that exists. */
  readonly groupOf: (request: FastifyRequest) => Group;
  /** Told after each change. */
  readonly changed: (group: Group) => void;
}

const oneSchema = {
  params: { type: 'object', properties: { id: idSchema } },
  querystring: { type: 'object', additionalProperties: false, properties: { gateway_group_id: { type: 'string' } } },
} as const;

/** The six calls of one kind of object. */
export function serveObjects<Body extends Described>(app: FastifyInstance, options: ObjectsOptions<Body>): void {
  const { kind, groupOf, changed } = options;
  const collectionOf = (request: FastifyRequest) => kind.collection(groupOf(request));
  const idOf = (request: FastifyRequest) => (request.params as { readonly id: string }).id;

  function find(request: FastifyRequest) {
    const found = collectionOf(request).get(idOf(request));
    if (found === undefined) throw new Refusal(404, `${kind.path} not found`);
    return found;
  }

  function store(request: FastifyRequest, id: string, body: Body) {
    const group = groupOf(request);
    kind.check(body, id, group);
    const stored = put(kind.collection(group), id, body);
    changed(group);
    return { value: present(kind, stored) };
  }

  function list(request: FastifyRequest) {
    const query = request.query as Query;
    const needed = kind.listNeeds;
    const items = [...collectionOf(request).values()].filter(
      ({ body }) => needed === undefined || body[needed] === query[needed],
    );
    const page = select(items, query);
    return { list: page.list.map((stored) => present(kind, stored)), total: page.total };
  }

  function remove(request: FastifyRequest, reply: FastifyReply) {
    const { id } = find(request);
    const group = groupOf(request);
    kind.remove(id, group);
    changed(group);
    return reply.type('application/json').send('""');
  }

  const all = `/apisix/admin/${kind.path}`;
  const one = `${all}/:id`;
  const needs = kind.listNeeds === undefined ? [] : [kind.listNeeds];
  const onRequest = async (request: FastifyRequest) => void groupOf(request);

  app.get(all, { onRequest, schema: { querystring: listQuerySchema(['gateway_group_id', ...needs]) } }, async (r) =>
    list(r),
  );
  app.post(all, { onRequest, schema: { querystring: oneSchema.querystring } }, async (request) =>
    store(request, randomUUID(), readBody<Body>(request, kind.schema, undefined)),
  );
  app.get(one, { onRequest, schema: oneSchema }, async (request) => ({ value: present(kind, find(request)) }));
  app.put(one, { onRequest, schema: oneSchema }, async (request) =>
    store(request, idOf(request), readBody<Body>(request, kind.schema, idOf(request))),
  );
  app.patch(one, { onRequest, schema: oneSchema }, async (request) =>
    store(request, idOf(request), readPatched(request, kind.schema, find(request))),
  );
  app.delete(one, { onRequest, schema: oneSchema }, async (request, reply) => remove(request, reply));
}
