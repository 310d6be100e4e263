/**
 * The Admin API of a product as far as mutual TLS needs it, strict: what a real one would refuse, or might, is refused
 * here. It answers as soon as an object is stored; the data plane follows a moment later, as a real one. It writes
 * nothing to disk.
 */
import fastify, { type FastifyInstance } from 'fastify';
import { bodyLimit, parseBodiesAsJson } from './body.ts';
import { serveControl } from './control.ts';
import type { Product } from './product.ts';
import { Refusal } from './refusal.ts';

export interface AdminOptions {
  readonly product: Product;
  /** PEM. Without it the API speaks plain HTTP, which only tests inside a process do. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

function answerErrors(app: FastifyInstance, { texts }: Product): void {
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
    if (error instanceof Refusal) return reply.code(error.statusCode).send(error.body);
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const size = request.headers['content-length'] ?? '';
      return reply.code(400).send({
        error_msg: `request size ${size} is greater than the maximum size ${bodyLimit} allowed`,
      });
    }
    const { statusCode = 500 } = error;
    if (statusCode >= 500) process.stderr.write(`${error.stack}\n`);
    return reply.code(statusCode).send({ error_msg: statusCode >= 500 ? 'internal error' : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(texts.notFound));
}

/** Not listening yet. Closing it also ends requests that hang. */
export function createAdminServer({ product, tls }: AdminOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    https: tls ?? null,
    bodyLimit,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Longer than any id, so that the schema says what is wrong with one.
    routerOptions: { maxParamLength: 1024 },
  });
  answerErrors(app, product);
  parseBodiesAsJson(app);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(product.headers));
  serveControl(app, product);
  app.addHook('onRequest', async (request) => product.authenticate(request));
  product.serve(app);
  return app;
}
