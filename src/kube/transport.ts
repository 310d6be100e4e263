/**
 * HTTP/1.1 to the API server: one keep-alive pool for calls, another for watches, so that open watches never starve
 * calls. It knows no resource and retries nothing; what it throws are undici's errors, which `kube-error.ts` turns
 * into failures.
 */
import { type Dispatcher, Pool } from 'undici';
import { startDeadline } from '../std/deadline.ts';
import { untilAborted } from '../std/until-aborted.ts';
import { textWithin } from './answer.ts';
import type { Access, Credentials } from './credentials.ts';

export interface Timeouts {
  /** TCP and TLS. */
  readonly connectMilliseconds: number;
  /** One attempt of a call, from the queue of the pool to the last byte. */
  readonly callMilliseconds: number;
  /** Silence of a watch after which its connection counts as dead. The server sends a bookmark each minute. */
  readonly watchSilenceMilliseconds: number;
}

export const defaultTimeouts: Timeouts = {
  connectMilliseconds: 10_000,
  callMilliseconds: 15_000,
  watchSilenceMilliseconds: 150_000,
};

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** `application/json` if it is absent. */
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The header, where there is one. */
  readonly date: unknown;
  readonly text: string;
}

/** Beyond this throughput does not grow: the server's cores are the limit. */
const callConnections = 16;

interface Pools {
  /** Where they lead and by which trust. */
  readonly peer: string;
  readonly calls: Pool;
  readonly watches: Pool;
}

export class Transport {
  readonly #credentials: Credentials;
  readonly #timeouts: Timeouts;
  readonly #largestAnswer: number;
  readonly #live = new Set<Pool>();
  #pools: Pools | undefined;

  /** `largestAnswer`: bytes of the answer to a call. */
  constructor(credentials: Credentials, timeouts: Timeouts, largestAnswer: number) {
    this.#credentials = credentials;
    this.#timeouts = timeouts;
    this.#largestAnswer = largestAnswer;
  }

  /** Ends when `signal` aborts or the time is up, also while undici connects, where it does not hear of either. */
  async call(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const deadline = startDeadline(this.#timeouts.callMilliseconds, signal);
    try {
      return await untilAborted(this.#answer(request, deadline.signal), deadline.signal);
    } finally {
      deadline.end();
    }
  }

  /** Answers when the headers are there; the body stays open, and fails when it is silent for too long. */
  async watch(request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { callMilliseconds, watchSilenceMilliseconds } = this.#timeouts;
    const timeouts = { headersTimeout: callMilliseconds, bodyTimeout: watchSilenceMilliseconds };
    return await untilAborted(this.#send('watches', request, { signal, ...timeouts }), signal);
  }

  /** Ends every call and watch at once. */
  async close(): Promise<void> {
    await Promise.all([...this.#live].map((pool) => pool.destroy()));
  }

  async #answer(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { statusCode, headers, body } = await this.#send('calls', request, { signal });
    const retryAfter = headers['retry-after'];
    return {
      status: statusCode,
      date: headers['date'],
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      text: await textWithin(this.#largestAnswer, body),
    };
  }

  async #send(
    pool: 'calls' | 'watches',
    { method, path, query, accept = 'application/json', contentType, body }: HttpRequest,
    options: Pick<Dispatcher.RequestOptions, 'signal' | 'headersTimeout' | 'bodyTimeout'>,
  ): Promise<Dispatcher.ResponseData> {
    const { server, tls, headers } = await this.#credentials.current();
    const base = server.pathname.replace(/\/$/, '');
    return await this.#poolsFor(server.origin, tls)[pool].request({
      ...options,
      method,
      path: `${base}${path}`,
      query: dropUndefined(query ?? {}),
      headers: {
        ...headers,
        accept,
        'user-agent': 'mtls-operator',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      body: body ?? null,
    });
  }

  /** New CA or client certificate: new connections; the old ones finish what they carry. */
  #poolsFor(origin: string, tls: Access['tls']): Pools {
    const { ca, cert, key, ...rest } = tls;
    const peer = [origin, ca, cert, key, JSON.stringify(rest)].join('|');
    if (this.#pools?.peer === peer) return this.#pools;
    for (const pool of this.#live) this.#retire(pool);
    const [calls, watches] = [this.#openPool(origin, tls, callConnections), this.#openPool(origin, tls, null)];
    this.#pools = { peer, calls, watches };
    return this.#pools;
  }

  #retire(pool: Pool): void {
    const forget = () => this.#live.delete(pool);
    // Closing fails where `close` destroys it meanwhile.
    pool.close().then(forget, forget);
  }

  #openPool(origin: string, tls: Access['tls'], connections: number | null): Pool {
    const pool = new Pool(origin, {
      connections,
      allowH2: false,
      connect: { ...tls, timeout: this.#timeouts.connectMilliseconds, keepAlive: true, keepAliveInitialDelay: 30_000 },
    });
    this.#live.add(pool);
    return pool;
  }
}

function dropUndefined<T>(query: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
