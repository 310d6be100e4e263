import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { TLSSocket } from 'node:tls';

export const methods = ['GET', 'POST'] as const;
export type Method = (typeof methods)[number];
export const ways = ['new', 'kept', 'resumed'] as const;
export type Way = (typeof ways)[number];

export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface Answer {
  readonly status?: number;
  readonly why?: string;
  /** On a connection that was used before, and before any octet of an answer. */
  readonly isClosed?: boolean;
  readonly isResumed: boolean;
}

const timeout = 10_000;
const body = 'x=1';

/** Whoever asks, with connections of their own; over TLS with what it has loaded last. */
export class Caller {
  readonly name: string;
  readonly #target: RequestOptions;
  readonly #used = new WeakSet<object>();
  readonly #left: (Agent | PlainAgent)[] = [];
  #pair: Pair | undefined;
  #agents: Readonly<Record<Way, Agent | PlainAgent>>;

  constructor(name: string, target: RequestOptions, pair?: Pair) {
    this.name = name;
    this.#target = target;
    this.#pair = pair;
    this.#agents = agentsFor(pair);
  }

  get ways(): readonly Way[] {
    return this.#pair === undefined ? ['new', 'kept'] : ways;
  }

  /** Requests that are under way end as they began. */
  use(pair: Pair): void {
    this.#left.push(...Object.values(this.#agents));
    this.#pair = pair;
    this.#agents = agentsFor(pair);
  }

  ask(method: Method, way: Way): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const send = this.#pair === undefined ? plainRequest : request;
    const headers = method === 'POST' ? { 'content-length': body.length } : {};
    const options = { ...this.#target, ...this.#pair, method, timeout, agent: this.#agents[way] };
    const sent = send({ ...options, headers: { ...options.headers, ...headers } });
    let isUsed = false;
    let isResumed = false;
    sent.once('socket', (socket) => {
      isUsed = this.#used.has(socket);
      this.#used.add(socket);
      if (isUsed || !(socket instanceof TLSSocket)) return;
      socket.once('secureConnect', () => {
        isResumed = socket.isSessionReused();
      });
    });
    sent.once('response', (response) => {
      response.resume();
      const { statusCode: status = 0 } = response;
      response.once('end', () => resolve({ status, isResumed }));
      response.once('error', () => resolve({ why: 'cut off', isResumed }));
    });
    sent.once('timeout', () => sent.destroy(Object.assign(new Error('late'), { code: 'late' })));
    sent.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      const isClosed = isUsed && ['ECONNRESET', 'EPIPE'].includes(code);
      resolve({ why: code, isClosed, isResumed });
    });
    sent.end(method === 'POST' ? body : undefined);
    return promise;
  }

  close(): void {
    for (const agent of [...this.#left, ...Object.values(this.#agents)]) agent.destroy();
  }
}

function agentsFor(pair: Pair | undefined): Readonly<Record<Way, Agent | PlainAgent>> {
  if (pair === undefined) {
    const fresh = new PlainAgent({ keepAlive: false });
    return { new: fresh, kept: new PlainAgent({ keepAlive: true, maxSockets: 4 }), resumed: fresh };
  }
  return {
    new: new Agent({ keepAlive: false, maxCachedSessions: 0 }),
    kept: new Agent({ keepAlive: true, maxSockets: 4, maxCachedSessions: 0 }),
    resumed: new Agent({ keepAlive: false, maxCachedSessions: 16 }),
  };
}
