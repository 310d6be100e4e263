import { readFile } from 'node:fs/promises';
import type { Got, OptionsOfTextResponseBody as RequestOptions } from 'got';
import type { GatewayConfig } from '../api/operator-config.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { type Failure, transient } from '../std/failure.ts';
import { type Action, fromStatus, fromTransport } from './admin-error.ts';
import { openTransport, type Patience, usualPatience } from './transport.ts';

export type Query = Readonly<Record<string, string | number>>;

/** One answered request, for counting; a repeat counts too. */
export interface AdminCall {
  readonly gateway: string;
  readonly method: string;
  readonly status: number;
}

/** The Admin API of one gateway over strict TLS: deadlines, repeats of idempotent calls, envelopes taken off. */
export class AdminClient {
  readonly #config: GatewayConfig;
  readonly #http: Got;

  constructor(config: GatewayConfig, onCall: (call: AdminCall) => void = () => {}, patience: Patience = usualPatience) {
    this.#config = config;
    const onAnswer = (method: string, status: number) => onCall({ gateway: config.name, method, status });
    this.#http = openTransport(config.adminUrl, patience, onAnswer);
  }

  /** The value of one object; null where the answer has none. */
  async get(path: string, query: Query = {}): Promise<Json> {
    const answer = await this.#call({ method: 'GET', path }, { searchParams: query });
    return isJsonObject(answer) ? (answer['value'] ?? null) : null;
  }

  /** All items of a collection, each once: one that cannot be read whole is a failure, since absence means absence. */
  async list(path: string, query: Query = {}): Promise<readonly JsonObject[]> {
    const items = new Map<string, JsonObject>();
    const totals = new Set<number>();
    for (let page = 1; ; page += 1) {
      const { list, total } = await this.#page(path, { ...query, page, page_size: pageSize });
      const before = items.size;
      for (const item of list) items.set(String(item['id']), item);
      // What comes or goes between two pages shifts others over the border, so that one could be missed.
      if (totals.add(total).size > 1) throw this.#notWhole(path);
      if (items.size >= total) return [...items.values()];
      if (items.size === before) throw this.#notWhole(path);
    }
  }

  async put(path: string, query: Query, body: JsonObject): Promise<void> {
    await this.#call({ method: 'PUT', path }, { searchParams: query, json: body });
  }

  /** An object that is not there counts as removed. */
  async delete(path: string, query: Query): Promise<void> {
    await this.#call({ method: 'DELETE', path }, { searchParams: query });
  }

  async #page(path: string, query: Query): Promise<{ list: readonly JsonObject[]; total: number }> {
    const answer = await this.#call({ method: 'GET', path }, { searchParams: query });
    const { list, total } = isJsonObject(answer) ? answer : {};
    if (!Array.isArray(list) || !list.every(hasId) || typeof total !== 'number') throw this.#notWhole(path);
    return { list, total };
  }

  async #call(action: Action, options: RequestOptions): Promise<Json> {
    const { statusCode, body } = await this.#send(action, { ...options, ...(await this.#credentials()) });
    if (action.method === 'DELETE' && statusCode === 404) return null;
    if (statusCode < 200 || statusCode > 299) throw fromStatus(this.#config.name, action, statusCode);
    return parse(body);
  }

  async #send({ method, path }: Action, options: RequestOptions) {
    try {
      return await this.#http(path, { ...options, method, responseType: 'text' });
    } catch (error) {
      throw fromTransport(this.#config.name, { method, path }, error);
    }
  }

  /** Read anew for each call: tokens and CAs rotate while we run. */
  async #credentials(): Promise<RequestOptions> {
    const { caFile, tokenFile, serverName } = this.#config;
    const token = (await this.#read(tokenFile)).trim();
    // Anything else is refused by node while it writes the header, with an error that quotes it.
    if (!/^[\x21-\x7e]+$/.test(token)) throw this.#misconfigured(`${tokenFile} does not hold an API key`);
    return {
      headers: { 'x-api-key': token },
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
      throw this.#misconfigured(`${file} cannot be read`);
    }
  }

  /** Transient: the file may be mounted or mended at any time, and no event tells us of it. */
  #misconfigured(what: string): Failure {
    return transient('GatewayMisconfigured', `The file ${what}; it is part of the gateway ${this.#config.name}`);
  }

  #notWhole(path: string): Failure {
    return transient('GatewayError', `The gateway ${this.#config.name} did not give the whole list of ${path}`);
  }
}

const pageSize = 500;

function hasId(item: Json): item is JsonObject {
  return isJsonObject(item) && typeof item['id'] === 'string';
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
