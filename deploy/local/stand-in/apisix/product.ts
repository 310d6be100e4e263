/** Apache APISIX with etcd as a product of the stand-in: 3.18, and 3.19 where it verifies upstreams. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Lists } from '../admin/collection.ts';
import type { Product } from '../admin/product.ts';
import { Refusal } from '../admin/refusal.ts';
import { Schemas } from '../admin/schemas.ts';
import { authenticate, type Credential } from './access.ts';
import { dataPlaneOf } from './data-plane.ts';
import { globalRules } from './global-rules.ts';
import { type Resource, type ResourceContext, resource } from './resource.ts';
import { routes, services } from './routing.ts';
import { ssls } from './ssls.ts';
import { collectionsOf, createStore, type Store } from './store.ts';
import { upstreams } from './upstreams.ts';
import { validateConfiguration } from './validation.ts';

export interface ApisixOptions {
  readonly generation: '3.18' | '3.19';
  readonly credentials: readonly Credential[];
  /** Told after each change of an object. */
  readonly changed: () => void;
  readonly store?: Store;
}

const root = '/apisix/admin';

/** `HEAD /apisix/admin` tells whether it lives, and needs no key. */
const isLivenessCheck = ({ method, url }: FastifyRequest) => method === 'HEAD' && url === root;

const unsupported = (what: string) => new Refusal(404, `Unsupported resource type: ${what}`);

function find(resources: readonly Resource[], by: 'plural' | 'singular', name: string): Resource {
  const found = resources.find((known) => known[by] === name);
  if (found === undefined) throw unsupported(name);
  return found;
}

/** The calls below `/apisix/admin` that are about no stored object. */
function serveQuestions(app: FastifyInstance, resources: readonly Resource[]): void {
  app.post<{ Params: { plural: string } }>(`${root}/schema/validate/:plural`, async ({ params, body }, reply) => {
    find(resources, 'plural', params.plural).fits(body);
    return reply.send();
  });
  app.get<{ Params: { singular: string } }>(`${root}/schema/:singular`, async ({ params }) => {
    return find(resources, 'singular', params.singular).schema;
  });
  app.post(`${root}/configs/validate`, async ({ body }, reply) => {
    validateConfiguration(body, resources);
    return reply.send();
  });
  app.head(root, async (_request, reply) => reply.send());
}

/** An id ends at the first slash, also at one that was written `%2F`; only PATCH knows what to do with the rest. */
function call(request: FastifyRequest, reply: FastifyReply, resources: readonly Resource[]): FastifyReply {
  const [plural = '', id, ...subPath] = (request.params as { '*': string })['*'].split('/');
  const method = find(resources, 'plural', plural).methods[request.method];
  if (method === undefined) throw unsupported(plural);
  const named = id === '' ? undefined : id;
  const query = request.query as Readonly<Record<string, string>>;
  const { status, body } = method({ id: named, subPath, body: request.body, query });
  return reply.code(status).send(body);
}

export function openApisix({ generation, credentials, changed, store = createStore() }: ApisixOptions): Product {
  const version = { verifiesUpstreams: generation === '3.19' };
  const folders = version.verifiesUpstreams ? ['apisix-3.18', 'apisix-3.19'] : ['apisix-3.18'];
  const context: ResourceContext = {
    version,
    store,
    schemas: new Schemas({ folders, fillIn: false }),
    lists: new Lists(),
    changed,
  };
  const resources = [
    resource(ssls, context),
    resource(upstreams, context),
    resource(services, context),
    resource(routes, context),
    resource(globalRules, context),
  ];
  const server = `APISIX/${generation}.0`;
  return {
    server,
    headers: { server, 'x-api-version': 'v3' },
    groups: {},
    authenticate: (request) => (isLivenessCheck(request) ? undefined : authenticate(request, credentials)),
    serve: (app) => {
      serveQuestions(app, resources);
      app.all(`${root}/*`, async (request, reply) => call(request, reply, resources));
    },
    dataPlane: () => dataPlaneOf(store, version),
    freezeLists: (frozen) => (frozen ? context.lists.freeze(collectionsOf(store)) : context.lists.thaw()),
    texts: {
      notFound: { error_msg: '404 Route Not Found' },
      storeDown: { error_msg: 'has no healthy etcd endpoint available' },
    },
  };
}
