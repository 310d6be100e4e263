import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import got, { type ExtendOptions, type Got, HTTPError, type OptionsOfTextResponseBody as RequestOptions } from 'got';
import type { GatewayConfig } from '../api/operator-config.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { permanent } from '../std/failure.ts';
import { fromStatus, toFailure } from './admin-error.ts';

export type Method = 'GET' | 'PUT' | 'DELETE';
export type Query = Readonly<Record<string, string | number>>;

/** One answered request, for counting. */
export interface AdminCall {
  readonly gateway: string;
  readonly method: Method;
  readonly status: number;
}

/** The Admin API of one gateway over strict TLS: deadlines, repeats of idempotent calls, envelopes taken off. */
export class AdminClient {
  readonly #config: GatewayConfig;
  readonly #http: Got;
  readonly #onCall: (call: AdminCall) => void;

  constructor(config: GatewayConfig, onCall: (call: AdminCall) => void = () => {}) {
    this.#config = config;
    this.#http = got.extend(transport(config));
    this.#onCall = onCall;
  }

  /** The value of one object. */
  async get(path: string, query: Query = {}): Promise<Json> {
    const answer = await this.#call('GET', path, { searchParams: query });
    return isJsonObject(answer) ? (answer['value'] ?? null) : null;
  }

  /** All items of a collection: a list that cannot be read whole is a failure, since absence means absence. */
  async list(path: string, query: Query = {}): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.#call('GET', path, { searchParams: { ...query, page, page_size: pageSize } });
      const { list, total } = isJsonObject(answer) ? answer : {};
      if (!Array.isArray(list) || typeof total !== 'number') throw this.#notAList(path);
      items.push(...list.filter(isJsonObject));
      if (items.length >= total) return items;
      if (list.length === 0) throw this.#notAList(path);
    }
  }

  async put(path: string, query: Query, body: JsonObject): Promise<void> {
    await this.#call('PUT', path, { searchParams: query, json: body });
  }

  /** An object that is not there counts as removed. */
  async delete(path: string, query: Query): Promise<void> {
    await this.#call('DELETE', path, { searchParams: query }, [404]);
  }

  async #call(method: Method, path: string, options: RequestOptions, alsoFine: readonly number[] = []): Promise<Json> {
    const action = `${gerund[method]} ${path}`;
    const { status, body } = await this.#send(method, path, options, action);
    if (alsoFine.includes(status)) return null;
    // A redirect is refused: it could carry the API key to another host.
    if (status < 200 || status > 299) throw fromStatus(this.#config.name, action, status);
    return parse(body);
  }

  async #send(method: Method, path: string, options: RequestOptions, action: string) {
    try {
      const response = await this.#http(path, { ...options, ...(await this.#credentials()), method });
      return this.#answered(method, response.statusCode, response.body);
    } catch (error) {
      if (error instanceof HTTPError) return this.#answered(method, error.response.statusCode, '');
      throw toFailure(this.#config.name, action, error);
    }
  }

  #answered(method: Method, status: number, body: unknown) {
    this.#onCall({ gateway: this.#config.name, method, status });
    return { status, body: typeof body === 'string' ? body : '' };
  }

  /** Read anew for each call: tokens and CAs rotate while we run. */
  async #credentials(): Promise<RequestOptions> {
    const { caFile, tokenFile, serverName } = this.#config;
    return {
      headers: { 'x-api-key': (await this.#read(tokenFile)).trim() },
      https: {
        ...(caFile === undefined ? {} : { certificateAuthority: await this.#read(caFile) }),
        ...(serverName === undefined ? {} : { serverName }),
      },
    };
  }

  async #read(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch {
      throw permanent('GatewayMisconfigured', `The file ${file} of gateway ${this.#config.name} cannot be read`);
    }
  }

  #notAList(path: string) {
    return permanent('GatewayError', `The gateway ${this.#config.name} did not give the whole list of ${path}`);
  }
}

const pageSize = 500;
const gerund = { GET: 'reading', PUT: 'writing', DELETE: 'removing' } as const;

function transport(config: GatewayConfig): ExtendOptions {
  return {
    prefixUrl: config.adminUrl,
    agent: { https: new Agent({ keepAlive: true, maxSockets: 8 }) },
    timeout: { connect: 5_000, request: 10_000 },
    // PUT and DELETE go to an id of our own, so a repeat does no harm.
    retry: { limit: 2, methods: ['GET', 'PUT', 'DELETE'], statusCodes: [408, 429, 502, 503, 504], backoffLimit: 2_000 },
    followRedirect: false,
  };
}

function parse(text: string): Json {
  try {
    return text === '' ? null : (JSON.parse(text) as Json);
  } catch {
    return null;
  }
}
