import { setTimeout as sleep } from 'node:timers/promises';
import type { ResourceType } from '../model/kube-object.ts';
import type { Random } from '../std/backoff.ts';
import { monotonic } from '../std/clock.ts';
import { Failure } from '../std/failure.ts';
import { parseJson } from '../std/json.ts';
import { AnswerTooLarge, textWithin, largestAnswer as usualLargest } from './answer.ts';
import { type Call, pathOf, resourceOf, type Verb } from './call.ts';
import { Credentials, type KubeConfigSource } from './credentials.ts';
import { toFailure, tooLarge, tooLargeReason, unreachable } from './kube-error.ts';
import { retryPause } from './retry.ts';
import { ServerTime } from './server-time.ts';
import { defaultTimeouts, type HttpRequest, type HttpResponse, type Timeouts, Transport } from './transport.ts';

/** One attempt of one call, for counting. */
export interface RequestFacts {
  readonly verb: Verb;
  /** `secrets`, `mtlsgateways/status`. */
  readonly resource: string;
  /** HTTP status; undefined: no answer came. */
  readonly code: number | undefined;
}

export interface ApiServerOptions {
  readonly source: KubeConfigSource;
  readonly random: Random;
  readonly onRequest?: (facts: RequestFacts) => void;
  readonly timeouts?: Partial<Timeouts>;
  /** Bytes. */
  readonly largestAnswer?: number;
  /** Hears of the time of each answer; clients of one server share it. */
  readonly serverTime?: ServerTime;
}

/** No resource: the path under which the server tells its version, which everybody may read. */
const serverVersion: ResourceType = { group: '', version: 'v1', plural: 'version', kind: 'Info' };

export type RequestParts = Omit<HttpRequest, 'path'>;

export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined if it was none. */
  readonly body: unknown;
}

/** In an outage every call fails, and an exec plugin behind the kubeconfig may be slow. */
const rereadMilliseconds = 5_000;

/**
 * Sends calls, repeats those that may be, counts all. Refused credentials are read anew, once per call, and the whole
 * configuration when no answer comes: the server may have moved, or have another CA.
 */
export class ApiServer {
  readonly #credentials: Credentials;
  readonly #transport: Transport;
  readonly #random: Random;
  readonly #onRequest: (facts: RequestFacts) => void;
  readonly #serverTime: ServerTime;
  #rereadAt = Number.NEGATIVE_INFINITY;

  constructor({
    source,
    random,
    onRequest = () => {},
    timeouts = {},
    largestAnswer = usualLargest,
    serverTime = new ServerTime(),
  }: ApiServerOptions) {
    this.#credentials = new Credentials(source);
    this.#transport = new Transport(this.#credentials, { ...defaultTimeouts, ...timeouts }, largestAnswer);
    this.#random = random;
    this.#onRequest = onRequest;
    this.#serverTime = serverTime;
  }

  /** The answer, whatever its status. Throws a `Failure` where there is none, and the signal's reason after an abort. */
  async send(call: Call, parts: RequestParts, signal?: AbortSignal): Promise<Answer> {
    const request = { ...parts, path: pathOf(call) };
    for (let number = 1; ; number += 1) {
      const response = await this.#attempt(call, request, signal);
      const pause = this.#pauseAfter(call, number, response);
      if (pause !== undefined)
        await sleep(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
      else if (response instanceof Failure) throw response;
      else return { status: response.status, body: parseJson(response.text) };
    }
  }

  /** Where it is, as the configuration has it now. */
  async url(): Promise<URL> {
    return (await this.#credentials.current()).server;
  }

  /** The bytes of a watch as they come. Throws a `Failure`, before or during the iteration. */
  async watch(call: Call, parts: RequestParts, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    try {
      const { statusCode, body } = await this.#transport.watch({ ...parts, path: pathOf(call) }, signal);
      this.#count(call, statusCode);
      if (statusCode === 200) return withFailures(call, body);
      if (statusCode === 401) this.#credentials.reload();
      throw toFailure(call, statusCode, parseJson(await textWithin(usualLargest, body)));
    } catch (error) {
      signal.throwIfAborted();
      throw this.#classify(call, error);
    }
  }

  /** Asks for an answer, whatever it says: its time is noted. Throws a `Failure` where none comes. */
  async touch(signal: AbortSignal): Promise<void> {
    const call: Call = { verb: 'get', type: serverVersion };
    const answer = await this.#attempt(call, { method: 'GET', path: '/version' }, signal);
    if (answer instanceof Failure) throw answer;
  }

  /** Ends everything that is under way. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #attempt(call: Call, request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse | Failure> {
    try {
      const response = await this.#transport.call(request, signal);
      this.#count(call, response.status);
      this.#serverTime.note(response.date);
      return response;
    } catch (error) {
      signal?.throwIfAborted();
      return this.#classify(call, error);
    }
  }

  #pauseAfter(call: Call, number: number, response: HttpResponse | Failure): number | undefined {
    // The same question has the same answer, which is read for its whole size each time.
    if (response instanceof Failure && response.reason === tooLargeReason) return undefined;
    const { status, retryAfter } = response instanceof Failure ? {} : response;
    if (status === 401 && number === 1) {
      this.#credentials.reload();
      return 0;
    }
    return retryPause({ number, idempotent: call.verb !== 'create', status, retryAfter }, this.#random);
  }

  #classify(call: Call, error: unknown): Failure {
    if (error instanceof Failure) return error;
    this.#count(call, undefined);
    if (error instanceof AnswerTooLarge) return tooLarge(call);
    this.#reread();
    return unreachable(call, error);
  }

  #reread(): void {
    const now = monotonic();
    if (now - this.#rereadAt < rereadMilliseconds) return;
    this.#rereadAt = now;
    this.#credentials.reload();
  }

  #count(call: Call, code: number | undefined): void {
    this.#onRequest({ verb: call.verb, resource: resourceOf(call), code });
  }
}

async function* withFailures(call: Call, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unreachable(call, error);
  }
}
