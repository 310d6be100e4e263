/** API7 Enterprise as a product of the stand-in: 3.10, where objects refer to certificates, and 3.3, which has `ssls` only. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Lists } from '../admin/collection.ts';
import type { Product } from '../admin/product.ts';
import { Schemas } from '../admin/schemas.ts';
import { authenticate, type Credential, selectGroup } from './access.ts';
import { dataPlaneOf } from './data-plane.ts';
import { collectionsOf, type Group } from './group.ts';
import { serveGroups } from './groups.ts';
import { caCertificates, certificates, globalRules, routes, services, snis } from './kinds.ts';
import { type ObjectsContext, serveObjects } from './objects.ts';
import { sslsThatList } from './ssls.ts';
import { serveValidation } from './validation.ts';

export interface Api7EeOptions {
  readonly generation: '3.10' | '3.3';
  /** The data plane plays the first. */
  readonly groups: readonly [Group, ...Group[]];
  readonly credentials: readonly Credential[];
  /** Told after each change of an object. */
  readonly changed: (group: Group) => void;
}

/** What differs between the two. */
const generations = {
  '3.10': {
    version: '3.10.1',
    folders: ['api7-ee-3.10'],
    deleted: '',
    serve: (app: FastifyInstance, context: ObjectsContext) => {
      serveObjects(app, certificates, context);
      serveObjects(app, caCertificates, context);
      serveObjects(app, snis, context);
      serveObjects(app, sslsThatList('server'), context);
      serveValidation(app, { services, routes }, context);
    },
  },
  '3.3': {
    version: '3.3.2',
    folders: ['api7-ee-3.10', 'api7-ee-3.3'],
    // An object before 3.8; what stands in it is not known.
    deleted: {},
    serve: (app: FastifyInstance, context: ObjectsContext) => serveObjects(app, sslsThatList('all'), context),
  },
} as const;

export function openApi7Ee({ generation, groups, credentials, changed }: Api7EeOptions): Product {
  const { version, folders, deleted, serve } = generations[generation];
  const schemas = new Schemas({ folders, fillIn: true });
  const lists = new Lists();
  const groupOf = (request: FastifyRequest) =>
    selectGroup(
      authenticate(request, credentials),
      (request.query as Record<string, string>)['gateway_group_id'],
      groups,
    );
  const context = { schemas, lists, groupOf, changed, deleted };
  return {
    server: 'API7-STAND-IN',
    headers: {},
    groups: Object.fromEntries(groups.map(({ name, id }) => [name, id])),
    authenticate: (request) => void authenticate(request, credentials),
    serve: (app) => {
      app.get('/api/status', async () => ({ status: 'ok' }));
      app.get('/api/version', async () => ({ value: version }));
      serveGroups(app, groups, schemas);
      serve(app, context);
      serveObjects(app, services, context);
      serveObjects(app, routes, context);
      serveObjects(app, globalRules, context);
    },
    dataPlane: () => dataPlaneOf(groups[0]),
    freezeLists: (frozen) => (frozen ? lists.freeze(groups.flatMap(collectionsOf)) : lists.thaw()),
    texts: {
      notFound: { error_msg: '404 page not found' },
      storeDown: { error_msg: 'the database cannot be reached' },
    },
  };
}
