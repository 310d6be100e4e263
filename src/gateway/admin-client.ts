import { readFileSync } from 'node:fs';
import type { Got, OptionsOfTextResponseBody as RequestOptions } from 'got';
import type { GatewayConfig } from '../api/operator-config.ts';
import { type DesiredObject, isJsonObject, type Json, type JsonObject } from '../model/remote-object.ts';
import { Failure, permanent, transient } from '../std/failure.ts';
import { type Action, answerTooLarge, fromStatus, fromTransport, tooLargeReason } from './admin-error.ts';
import type { Circuit } from './circuit.ts';
import { openTransport, type Patience, usualPatience } from './transport.ts';
import { questionFor, refusedIn } from './validation.ts';

export type Query = Readonly<Record<string, string | number>>;

/** One request, for counting; a repeat that follows an answer counts too. */
export interface AdminCall {
  readonly gateway: string;
  readonly method: string;
  /** Undefined: no answer came. */
  readonly status: number | undefined;
}

export interface AdminClientOptions {
  readonly onCall?: (call: AdminCall) => void;
  readonly patience?: Patience;
  readonly circuit?: Circuit;
  /** Items of a list that are asked for at a time; 500 is the most that every product takes. */
  readonly pageSize?: number;
  /** Bytes of an answer; 32 MiB if it is absent. */
  readonly largestAnswer?: number;
}

/** What a control plane answered to a write. */
export interface Written {
  /** False: there is nothing at that path, and the control plane makes nothing there either. */
  readonly found: boolean;
  readonly value: Json;
}

/** The Admin API of one gateway over strict TLS: deadlines, repeats of idempotent calls, envelopes taken off. */
export class AdminClient {
  readonly #config: GatewayConfig;
  readonly #http: Got;
  readonly #circuit: Circuit | undefined;
  readonly #count: (method: string, status: number | undefined) => void;
  readonly #pageSize: number;
  readonly #largestAnswer: number;

  constructor(
    config: GatewayConfig,
    {
      onCall,
      patience = usualPatience,
      circuit,
      pageSize = 500,
      largestAnswer = usualLargest,
    }: AdminClientOptions = {},
  ) {
    this.#config = config;
    this.#circuit = circuit;
    this.#pageSize = pageSize;
    this.#largestAnswer = largestAnswer;
    this.#count = (method, status) => onCall?.({ gateway: config.name, method, status });
    this.#http = openTransport(config.adminUrl, patience, this.#count);
  }

  /** The value of one object; null where the answer has none. */
  async get(path: string, query: Query = {}): Promise<Json> {
    return valueIn((await this.#call({ method: 'GET', path }, { searchParams: query })).body);
  }

  /** The same; null also where there is no such object. */
  async find(path: string, query: Query): Promise<Json> {
    return valueIn((await this.#call({ method: 'GET', path }, { searchParams: query }, [404])).body);
  }

  /** An answer without an envelope. */
  async document(path: string): Promise<Json> {
    return (await this.#call({ method: 'GET', path }, {})).body;
  }

  /** What answers say of the program that gives them: the header `Server`. */
  async server(path: string, query: Query = {}): Promise<string | undefined> {
    return (await this.#call({ method: 'GET', path }, { searchParams: query })).server;
  }

  /** One attempt to read, also while the circuit is open. Throws what keeps the gateway from being read. */
  async look(path: string, query: Query = {}): Promise<void> {
    const options = { searchParams: query, retry: { limit: 0 } };
    await this.#call({ method: 'GET', path }, options, [], 'attempt');
  }

  /** Whether the token is the admin key of one gateway group, in which case no group is named in requests. */
  hasGroupKey(): boolean {
    return this.#token().startsWith('a7adm-');
  }

  /**
   * All items of a collection, each once: one that cannot be read whole is a failure, since absence means absence. What
   * is made while it is read may be missing, as it would be had the reading been a moment earlier.
   */
  list(path: string, query: Query = {}, unwrap = itself): Promise<readonly JsonObject[]> {
    return this.#list({ path, query, unwrap, mayBeMissing: false, pageSize: this.#pageSize });
  }

  /** The same of a collection that not every version has: where there is none (404) it holds nothing. */
  listIfThere(path: string, query: Query = {}): Promise<readonly JsonObject[]> {
    return this.#list({ path, query, unwrap: itself, mayBeMissing: true, pageSize: this.#pageSize });
  }

  /** Objects may be as large as whoever made them liked: where a page is too large, pages have fewer of them. */
  async #list(listing: Listing): Promise<readonly JsonObject[]> {
    const { pageSize } = listing;
    try {
      return await this.#whole(listing);
    } catch (error) {
      if (pageSize <= smallestPage || !(error instanceof Failure) || error.reason !== tooLargeReason) throw error;
      return this.#list({ ...listing, pageSize: Math.max(smallestPage, Math.ceil(pageSize / 8)) });
    }
  }

  async #whole(listing: Listing): Promise<readonly JsonObject[]> {
    for (let attempt = 1; attempt <= attemptsToList; attempt += 1) {
      const items = await this.#pages(listing);
      if (items !== undefined) return items;
    }
    throw this.#notWhole(listing.path);
  }

  /** Undefined: it shrank, or its order changed, so that what stood on the border of two pages could be missed. */
  async #pages(listing: Listing): Promise<readonly JsonObject[] | undefined> {
    const items = new Map<string, JsonObject>();
    let first: number | undefined;
    let size = 0;
    for (let page = 1; ; page += 1) {
      const { list, total, length } = await this.#page(listing, page);
      const before = items.size;
      size += length;
      if (size > listPages * this.#largestAnswer) throw this.#tooMuch(listing.path);
      for (const item of list) items.set(String(item['id']), item);
      first ??= total;
      if (total < first) return undefined;
      if (items.size >= first) return [...items.values()];
      if (items.size === before) return undefined;
    }
  }

  async put(path: string, query: Query, body: JsonObject): Promise<Written> {
    return written(await this.#call({ method: 'PUT', path }, { searchParams: query, json: body }, [404]));
  }

  /** Makes an object under an id of the control plane's choice. Never repeated: each one makes another. */
  async post(path: string, query: Query, body: JsonObject): Promise<Written> {
    return written(await this.#call({ method: 'POST', path }, { searchParams: query, json: body }));
  }

  /**
   * Whether the control plane would take the objects; one without such a call, or without the right to it, says yes.
   * Throws a permanent `GatewayRejected` that names the collections and quotes nothing.
   */
  async validate(query: Query, objects: readonly DesiredObject[]): Promise<void> {
    const json = questionFor(objects);
    if (json === undefined) return;
    const action = { method: 'POST', path: 'apisix/admin/configs/validate' } as const;
    const { statusCode, body } = await this.#call(action, { searchParams: query, json }, [400, 403, 404, 405]);
    if (statusCode !== 400) return;
    const what = refusedIn(body).join(' and ');
    throw permanent(
      'GatewayRejected',
      `The gateway ${this.#config.name} would reject ${what}; this was found by validation, and nothing was changed`,
    );
  }

  /** An object that is not there counts as removed. */
  async delete(path: string, query: Query): Promise<void> {
    await this.#call({ method: 'DELETE', path }, { searchParams: query }, [404]);
  }

  async #page({ path, query, unwrap, mayBeMissing, pageSize }: Listing, page: number) {
    const searchParams = { ...query, page, page_size: pageSize };
    const action = { method: 'GET', path } as const;
    const { statusCode, body, length } = await this.#call(action, { searchParams }, mayBeMissing ? [404] : []);
    if (statusCode === 404) return { list: [], total: 0, length };
    const { list, total } = isJsonObject(body) ? body : {};
    if (typeof total !== 'number') throw this.#notWhole(path);
    const items = itemsIn(list, (page - 1) * pageSize >= total)?.map(unwrap);
    if (items === undefined || !items.every(hasId)) throw this.#notWhole(path);
    return { list: items, total, length };
  }

  /** `expected` are statuses, beside those of success, of which the caller makes something; `how` is the circuit's. */
  async #call(
    action: Action,
    options: RequestOptions,
    expected: readonly number[] = [],
    how: 'guard' | 'attempt' = 'guard',
  ): Promise<Answer> {
    const credentials = this.#credentials();
    const send = () => this.#send(action, { ...options, ...credentials });
    const { statusCode, body, headers } = await (this.#circuit?.[how](send) ?? send());
    const isSuccess = statusCode >= 200 && statusCode <= 299;
    if (!isSuccess && !expected.includes(statusCode)) throw fromStatus(this.#config.name, action, statusCode);
    return { statusCode, body: parse(body), length: body.length, server: headers['server']?.toString() };
  }

  async #send(action: Action, options: RequestOptions) {
    const { method, path } = action;
    const tooLarge = new AbortController();
    const asked = this.#http(path, { ...options, method, responseType: 'text', signal: tooLarge.signal });
    asked.on('downloadProgress', ({ transferred }) => {
      if (transferred > this.#largestAnswer) tooLarge.abort();
    });
    try {
      return await asked;
    } catch (error) {
      this.#count(method, undefined);
      if (tooLarge.signal.aborted) throw this.#tooLarge(action);
      throw fromTransport(this.#config.name, error);
    }
  }

  /** Read anew for each call: tokens and CAs rotate while we run. */
  #credentials(): RequestOptions {
    const { caFile, serverName, clientCertificateFile, clientKeyFile, insecureSkipVerify } = this.#config;
    return {
      headers: { 'x-api-key': this.#token() },
      https: {
        ...(caFile === undefined ? {} : { certificateAuthority: this.#read(caFile) }),
        ...(serverName === undefined ? {} : { serverName }),
        ...(clientCertificateFile === undefined ? {} : { certificate: this.#read(clientCertificateFile) }),
        ...(clientKeyFile === undefined ? {} : { key: this.#read(clientKeyFile) }),
        ...(insecureSkipVerify === true ? { rejectUnauthorized: false } : {}),
      },
    };
  }

  #token(): string {
    const { tokenFile } = this.#config;
    const token = this.#read(tokenFile).trim();
    // Anything else is refused by node while it writes the header, with an error that quotes it.
    if (!/^[\x21-\x7e]+$/.test(token)) throw this.#misconfigured(`${tokenFile} does not hold an API key`);
    return token;
  }

  /** Kept in memory by kubelet (tmpfs): a detour over the thread pool takes twenty times as long as the reading. */
  #read(file: string): string {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw this.#misconfigured(`${file} cannot be read`);
    }
  }

  /** Transient: the file may be mounted or mended at any time, and no event tells us of it. */
  #misconfigured(what: string): Failure {
    return transient('GatewayMisconfigured', `The file ${what}; it is part of the gateway ${this.#config.name}`);
  }

  #tooLarge(action: Action): Failure {
    return answerTooLarge(this.#config.name, action);
  }

  /** Smaller pages would not help. */
  #tooMuch(path: string): Failure {
    return transient(
      'GatewayError',
      `The gateway ${this.#config.name} has more objects in ${path} than the operator reads`,
    );
  }

  #notWhole(path: string): Failure {
    return transient('GatewayError', `The gateway ${this.#config.name} returned an incomplete list of ${path}`);
  }
}

/** 500 objects of 64 KB. */
const usualLargest = 32 * 1024 * 1024;
/** Apache APISIX has no smaller pages. */
const smallestPage = 10;
/** All pages of a list together are as large as so many answers may be: 256 MiB. */
const listPages = 8;

/** A list is read anew so often where objects are removed meanwhile, before that is a failure. */
const attemptsToList = 3;

interface Answer {
  readonly statusCode: number;
  readonly body: Json;
  /** Of its text. */
  readonly length: number;
  readonly server: string | undefined;
}

interface Listing {
  readonly path: string;
  readonly query: Query;
  readonly unwrap: Unwrap;
  readonly mayBeMissing: boolean;
  readonly pageSize: number;
}

/** Takes an item of a list out of what is around it. */
type Unwrap = (item: Json) => Json;

const itself: Unwrap = (item) => item;

/** The object in an envelope: `{"value": {...}}`. */
export function valueIn(answer: Json): Json {
  return isJsonObject(answer) ? (answer['value'] ?? null) : null;
}

/**
 * Apache APISIX writes a page without items as `{}`, an empty table of Lua (measured): no list but where the total says
 * that nothing can stand on that page.
 */
function itemsIn(list: Json | undefined, isBehindTheEnd: boolean): readonly Json[] | undefined {
  if (Array.isArray(list)) return list;
  return isBehindTheEnd && isJsonObject(list) && Object.keys(list).length === 0 ? [] : undefined;
}

function written({ statusCode, body }: Answer): Written {
  return { found: statusCode !== 404, value: valueIn(body) };
}

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
