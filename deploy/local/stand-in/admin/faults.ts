/** What can go wrong at an Admin API, switched on by tests. All of it optional: `{}` is a healthy one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Product } from './product.ts';
import { Refusal } from './refusal.ts';
import { Schemas } from './schemas.ts';

export interface Faults {
  /** The only methods that are hit; without it all are. */
  readonly methods?: readonly string[];
  /** Before the request is looked at. */
  readonly latencyMs?: number;
  /** The connection ends before the request is looked at. */
  readonly close?: boolean;
  /** The answer, before the request is looked at. */
  readonly status?: number;
  /** Seconds, in the header `Retry-After` of that answer. */
  readonly retryAfter?: number;
  /** 400 with the whole body in the answer, as for malformed JSON, before the request is looked at. */
  readonly echo?: boolean;
  /** 503 for everything that needs the store. */
  readonly storeDown?: boolean;
  /** 503 for each write, as when another one came between reading and writing. */
  readonly conflict?: boolean;
  /** The request is performed, and half of the answer sent. */
  readonly closeMidAnswer?: boolean;
  /** The request is performed and never answered. */
  readonly hang?: boolean;
  /** Lists show what they showed when this was switched on. */
  readonly staleList?: boolean;
}

const check = new Schemas({ folders: ['stand-in'], fillIn: false }).check('faults');

/** Throws a Refusal (400). */
export function readFaults(body: unknown): Faults {
  const [violation] = check(body);
  if (violation !== undefined) throw new Refusal(400, `${violation.instancePath} ${violation.message}`);
  return body as Faults;
}

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const hits = ({ methods }: Faults, { method }: FastifyRequest) => methods === undefined || methods.includes(method);

function refusalOf({ status, storeDown = false, conflict = false }: Faults, method: string, { texts }: Product) {
  if (status !== undefined) return new Refusal(status, 'a fault that the stand-in was told to show');
  if (storeDown) return Refusal.with(503, texts.storeDown);
  if (conflict && writes.has(method)) return new Refusal(503, 'value changed before overwritten');
  return undefined;
}

/** Throws a Refusal where the request shall not be looked at. */
async function hinder(faults: Faults, request: FastifyRequest, reply: FastifyReply, product: Product): Promise<void> {
  const { latencyMs = 0, close = false, retryAfter } = faults;
  // Unreferenced: a request that hangs must not keep a stopping process alive.
  if (latencyMs > 0) await pause(latencyMs, undefined, { ref: false });
  if (close) {
    reply.hijack();
    request.raw.destroy();
    return;
  }
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  const refusal = refusalOf(faults, request.method, product);
  if (refusal !== undefined) throw refusal;
}

function echo({ echo: wanted = false }: Faults, { body }: FastifyRequest): void {
  if (!wanted || body === undefined) return;
  throw new Refusal(400, 'invalid request body: a fault that the stand-in was told to show', {
    req_body: JSON.stringify(body),
  });
}

/** Declares more octets than it sends, and ends the connection. */
function sendHalf(reply: FastifyReply, payload: unknown): void {
  const text = typeof payload === 'string' ? payload : '';
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text) + 1,
  });
  raw.write(text.slice(0, Math.floor(text.length / 2)), () => raw.destroy());
}

/** Meddles with every request that is meant, by the faults of that moment. */
export function playFaults(
  app: FastifyInstance,
  product: Product,
  isMeant: (request: FastifyRequest) => boolean,
  current: () => Faults,
): void {
  const faultsFor = (request: FastifyRequest) => (isMeant(request) && hits(current(), request) ? current() : {});
  app.addHook('onRequest', (request, reply) => hinder(faultsFor(request), request, reply, product));
  app.addHook('preHandler', async (request) => echo(faultsFor(request), request));
  app.addHook('onSend', (request, reply, payload) => {
    const { hang = false, closeMidAnswer = false } = faultsFor(request);
    if (closeMidAnswer) sendHalf(reply, payload);
    return hang || closeMidAnswer ? new Promise(() => {}) : Promise.resolve(payload);
  });
}
