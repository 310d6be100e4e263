/**
 * What no gateway has: a door for tests. `/stand-in/requests` shows which Admin API calls came in (never their bodies)
 * and forgets them on DELETE; `/stand-in/faults` makes the Admin API misbehave until it is told otherwise.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const prefix = '/stand-in/';
/** Beyond it the oldest are forgotten: an environment that stays up for days is asked for ever. */
const remembered = 20_000;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** 0 as long as it is not answered, and for ever if the connection ended first. */
  status: number;
}

/** All of it optional: `{}` is a healthy Admin API. */
interface Faults {
  readonly latencyMs?: number;
  readonly status?: number;
  readonly close?: boolean;
}

const faultsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    latencyMs: { type: 'integer', minimum: 0, maximum: 3_600_000 },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    close: { type: 'boolean' },
  },
} as const;

const isControl = ({ url }: FastifyRequest) => url.startsWith(prefix);

function rememberRequests(app: FastifyInstance, seen: SeenRequest[]): void {
  const open = new WeakMap<FastifyRequest, SeenRequest>();
  app.addHook('onRequest', async (request) => {
    if (isControl(request)) return;
    const entry: SeenRequest = { method: request.method, path: request.url.split('?', 1)[0] ?? '', status: 0 };
    open.set(request, entry);
    seen.push(entry);
    if (seen.length > remembered) seen.shift();
  });
  app.addHook('onSend', async (request, reply) => {
    const entry = open.get(request);
    if (entry !== undefined) entry.status = reply.statusCode;
  });
}

/** A fault comes before the request is looked at: what it hits has changed nothing. */
async function misbehave(
  { latencyMs = 0, status, close = false }: Faults,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  // Unreferenced: a request that hangs must not keep a stopping process alive.
  if (latencyMs > 0) await pause(latencyMs, undefined, { ref: false });
  if (close) {
    reply.hijack();
    request.raw.destroy();
    return undefined;
  }
  return status === undefined
    ? undefined
    : reply.code(status).send({ error_msg: 'a fault that the stand-in was told to show' });
}

/** Registers the hooks too: to be called before any other route is served. */
export function serveControl(app: FastifyInstance): void {
  const seen: SeenRequest[] = [];
  let faults: Faults = {};
  rememberRequests(app, seen);
  app.addHook('onRequest', async (request, reply) =>
    isControl(request) ? undefined : misbehave(faults, request, reply),
  );

  app.get('/stand-in/requests', async () => ({ list: seen, total: seen.length }));
  app.delete('/stand-in/requests', async () => {
    seen.length = 0;
    return {};
  });
  app.put<{ Body: Faults }>('/stand-in/faults', { schema: { body: faultsSchema } }, async ({ body }) => {
    faults = body;
    return faults;
  });
}
