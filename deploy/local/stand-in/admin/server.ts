/**
 * The Admin API of API7 Enterprise 3.10 as far as mutual TLS needs it, strict: what a real one would refuse, or might,
 * is refused here. It answers as soon as an object is stored; the data plane follows a moment later, as a real one.
 * It never shows a key field and writes nothing to disk.
 */
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Group } from '../store.ts';
import { authenticate, type Credential, selectGroup } from './access.ts';
import { bodyLimit, describeViolation, parseBodiesAsJson } from './body.ts';
import { serveControl } from './control.ts';
import { serveGroups } from './groups.ts';
import { caCertificates, certificates, routes, services, snis } from './kinds.ts';
import { serveObjects } from './objects.ts';
import { Refusal } from './refusal.ts';

export interface AdminOptions {
  readonly groups: readonly Group[];
  readonly credentials: readonly Credential[];
  /** PEM. Without it the API speaks plain HTTP, which only tests inside a process do. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Told after each change of an object. */
  readonly changed: (group: Group) => void;
}

const version = '3.10.1';

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, _request, reply) => {
    if (error instanceof Refusal) return reply.code(error.statusCode).send({ error_msg: error.message, ...error.more });
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      return reply.code(400).send({ error_msg: `request size is greater than the maximum size ${bodyLimit} allowed` });
    }
    const { statusCode = 500 } = error;
    if (statusCode >= 500) process.stderr.write(`${error.stack}\n`);
    return reply.code(statusCode).send({ error_msg: statusCode >= 500 ? 'internal error' : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error_msg: '404 page not found' }));
}

function serveApi(app: FastifyInstance, { groups, credentials, changed }: AdminOptions): void {
  const groupOf = (request: FastifyRequest) =>
    selectGroup(
      authenticate(request, credentials),
      (request.query as Record<string, string>)['gateway_group_id'],
      groups,
    );

  app.get('/api/status', async () => ({ status: 'ok' }));
  app.get('/api/version', async () => ({ value: version }));
  serveGroups(app, groups);
  serveObjects(app, { kind: certificates, groupOf, changed });
  serveObjects(app, { kind: caCertificates, groupOf, changed });
  serveObjects(app, { kind: snis, groupOf, changed });
  serveObjects(app, { kind: services, groupOf, changed });
  serveObjects(app, { kind: routes, groupOf, changed });
}

/** Not listening yet. Closing it also ends requests that hang. */
export function createAdminServer(options: AdminOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    https: options.tls ?? null,
    bodyLimit,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Longer than any id, so that the schema says what is wrong with one.
    routerOptions: { maxParamLength: 1024 },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        verbose: true,
        strict: true,
        strictRequired: false,
      },
    },
    schemaErrorFormatter: ([first]) =>
      new Refusal(400, first === undefined ? 'invalid request' : describeViolation(first)),
  });
  answerErrors(app);
  parseBodiesAsJson(app);
  serveControl(app);
  app.addHook('onRequest', async (request) => void authenticate(request, options.credentials));
  serveApi(app, options);
  return app;
}
