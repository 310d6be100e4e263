/**
 * What no gateway has: a door for tests. `/stand-in/requests` shows which Admin API calls came in (never their bodies)
 * and forgets them on DELETE; `/stand-in/faults` makes the Admin API misbehave until it is told otherwise.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Faults, playFaults, readFaults } from './faults.ts';
import type { Product } from './product.ts';

const prefix = '/stand-in/';
/** Beyond it the oldest are forgotten: an environment that stays up for days is asked for ever. */
const remembered = 20_000;

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** 0 as long as it is not answered, and for ever if the connection ended first. */
  status: number;
}

const isControl = ({ url }: FastifyRequest) => url.startsWith(prefix);

/** Gives the function that registers the second half: what happens between the two is seen as not answered. */
function rememberRequests(app: FastifyInstance, seen: SeenRequest[]): () => void {
  const open = new WeakMap<FastifyRequest, SeenRequest>();
  app.addHook('onRequest', async (request) => {
    if (isControl(request)) return;
    const entry: SeenRequest = { method: request.method, path: request.url.split('?', 1)[0] ?? '', status: 0 };
    open.set(request, entry);
    seen.push(entry);
    if (seen.length > remembered) seen.shift();
  });
  return () => {
    app.addHook('onSend', async (request, reply) => {
      const entry = open.get(request);
      if (entry !== undefined) entry.status = reply.statusCode;
    });
  };
}

/** Registers the hooks too: to be called before any other route is served. */
export function serveControl(app: FastifyInstance, product: Product): void {
  const seen: SeenRequest[] = [];
  let faults: Faults = {};
  const rememberAnswers = rememberRequests(app, seen);
  playFaults(
    app,
    product,
    (request) => !isControl(request),
    () => faults,
  );
  rememberAnswers();

  app.get('/stand-in/requests', async () => ({ list: seen, total: seen.length }));
  app.delete('/stand-in/requests', async () => {
    seen.length = 0;
    return {};
  });
  app.put('/stand-in/faults', async ({ body }) => {
    faults = readFaults(body);
    product.freezeLists(faults.staleList === true);
    return faults;
  });
}
