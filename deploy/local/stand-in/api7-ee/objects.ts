import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Lists, put } from '../admin/collection.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Schemas } from '../admin/schemas.ts';
import { applyPatch, mustFit, readBody } from './fit.ts';
import type { Group } from './group.ts';
import { queryReader, select } from './listing.ts';
import { type ObjectKind, present } from './object-kind.ts';

/** What the calls of all kinds share. */
export interface ObjectsContext {
  readonly schemas: Schemas;
  readonly lists: Lists;
  /** Throws a Refusal where the request names no group that exists. */
  readonly groupOf: (request: FastifyRequest) => Group;
  /** Told after each change. */
  readonly changed: (group: Group) => void;
  /** The body of the answer to a deletion. */
  readonly deleted: object | string;
}

interface Described {
  readonly id?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const oneQuery = { type: 'object', additionalProperties: false, properties: { gateway_group_id: { type: 'string' } } };

/** Readers of the parts of a request for one kind; each throws a Refusal. */
function readers<Body extends Described>(kind: ObjectKind<Body>, { schemas, groupOf }: ObjectsContext) {
  const checkParams = schemas.checkOf({ type: 'object', properties: { id: { $ref: 'fields.schema.json#/$defs/id' } } });
  const checkQuery = schemas.checkOf(oneQuery);
  const idOf = (request: FastifyRequest) => {
    mustFit(checkQuery, request.query);
    return (mustFit(checkParams, request.params) as { readonly id: string }).id;
  };
  const find = (request: FastifyRequest) => {
    const found = kind.collection(groupOf(request)).get(idOf(request));
    if (found === undefined) throw new Refusal(404, `${kind.path} not found`);
    return found;
  };
  return {
    idOf,
    find,
    readQuery: queryReader(schemas, kind.listed ?? {}),
    checkQuery: ({ query }: FastifyRequest) => void mustFit(checkQuery, query),
  };
}

/** The six calls of one kind of object, five where it cannot be patched. */
export function serveObjects<Body extends Described>(
  app: FastifyInstance,
  kind: ObjectKind<Body>,
  context: ObjectsContext,
): void {
  const { schemas, lists, groupOf, changed, deleted } = context;
  const { idOf, find, readQuery, checkQuery } = readers(kind, context);
  const check = schemas.check(kind.schema);

  function store(group: Group, id: string, sent: Body) {
    kind.check(sent, id, group);
    group.revision += 1;
    const stored = put(kind.collection(group), id, kind.complete?.(sent) ?? sent, group.revision);
    changed(group);
    return { value: present(kind, stored) };
  }

  function list(request: FastifyRequest) {
    const query = readQuery(request);
    const items = lists
      .of(kind.collection(groupOf(request)))
      .filter(({ body }) => kind.listed?.fits(body, query) ?? true);
    const page = select(items, query);
    return { list: page.list.map((stored) => present(kind, stored)), total: page.total };
  }

  function patch(request: FastifyRequest) {
    const { id, body } = find(request);
    const operations = mustFit(checkPatch, request.body);
    return store(groupOf(request), id, readBody(check, applyPatch(body, operations), id));
  }

  function remove(request: FastifyRequest, reply: FastifyReply) {
    const { id } = find(request);
    const group = groupOf(request);
    kind.remove(id, group);
    changed(group);
    return reply.type('application/json').send(JSON.stringify(deleted));
  }

  const all = `/apisix/admin/${kind.path}`;
  const one = `${all}/:id`;
  const checkPatch = schemas.check('patch');
  // Who names no group that exists learns that first.
  const onRequest = async (request: FastifyRequest) => void groupOf(request);

  app.get(all, { onRequest }, async (request) => list(request));
  app.post(all, { onRequest }, async (request) => {
    checkQuery(request);
    return store(groupOf(request), randomUUID(), readBody<Body>(check, request.body, undefined));
  });
  app.get(one, { onRequest }, async (request) => ({ value: present(kind, find(request)) }));
  app.put(one, { onRequest }, async (request) => {
    const id = idOf(request);
    return store(groupOf(request), id, readBody<Body>(check, request.body, id));
  });
  if (kind.patchable) app.patch(one, { onRequest }, async (request) => patch(request));
  app.delete(one, { onRequest }, async (request, reply) => remove(request, reply));
}
