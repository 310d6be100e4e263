/**
 * Calls to the API server, on raw JSON so that no field is lost. Every write carries our field manager, and calls that
 * may be repeated are, a few times; what remains is thrown as a `Failure` that is safe to show. Nothing is cached and no
 * write is skipped here: whether something differs is decided before the call.
 */

import { fieldManager } from '../api/group.ts';
import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import type { NamespacedName } from '../model/object-key.ts';
import type { Created, Objects, Preconditions } from '../ports/objects.ts';
import { type Answer, ApiServer, type ApiServerOptions, type RequestParts } from './api-server.ts';
import type { Call } from './call.ts';
import { isAbsence, toFailure } from './kube-error.ts';
import { type Page, type PageQuery, parsePage } from './page.ts';
import { parseObject } from './parse-object.ts';

export interface WatchQuery {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Of each object only its metadata comes, without annotations. */
  readonly metadataOnly?: boolean | undefined;
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
}

/** What an abort of `signal` throws is the signal's reason, no `Failure`. */
export class KubeClient implements Objects {
  readonly #server: ApiServer;

  /** Throws a permanent `KubeConfigInvalid`. */
  constructor(options: ApiServerOptions) {
    this.#server = new ApiServer(options);
  }

  /** Asks the API server for its time alone. Throws a `Failure` where no answer comes. */
  async touch(signal: AbortSignal): Promise<void> {
    await this.#server.touch(signal);
  }

  /** Where the API server is. */
  server(): Promise<URL> {
    return this.#server.url();
  }

  /** Undefined: there is no such object. */
  async get(type: ResourceType, key: NamespacedName, signal?: AbortSignal): Promise<KubeObject | undefined> {
    const call: Call = { verb: 'get', type, ...nameOf(key) };
    const answer = await this.#server.send(call, { method: 'GET' }, signal);
    return isAbsence(answer.status, answer.body) ? undefined : parseObject(accepted(call, answer), type);
  }

  /** Throws `Expired` where the continue token is too old: begin again without one. */
  async listPage(type: ResourceType, query: PageQuery, signal?: AbortSignal): Promise<Page> {
    const { namespace, metadataOnly, ...rest } = query;
    const call: Call = { verb: 'list', type, namespace };
    const parts: RequestParts = { method: 'GET', query: rest, ...asMetadata(metadataOnly, 'List') };
    const answer = await this.#server.send(call, parts, signal);
    return parsePage(accepted(call, answer), type);
  }

  /** The bytes of a watch with bookmarks, one JSON event a line; ends when the server ends it. */
  async watch(type: ResourceType, query: WatchQuery, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { namespace, metadataOnly, ...rest } = query;
    const asked = { ...rest, watch: true, allowWatchBookmarks: true };
    const parts: RequestParts = { method: 'GET', query: asked, ...asMetadata(metadataOnly, '') };
    return await this.#server.watch({ verb: 'watch', type, namespace }, parts, signal);
  }

  /** `exists` may also mean that a first attempt of ours got through while its answer was lost: look who made it. */
  async create(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<Created> {
    const call: Call = { verb: 'create', type, ...nameOf(object.metadata) };
    const answer = await this.#server.send(call, write('POST', 'application/json', object), signal);
    if (answer.status === 409) {
      const failure = toFailure(call, answer.status, answer.body);
      if (failure.reason === 'AlreadyExists') return { kind: 'exists' };
    }
    return { kind: 'created', object: parseObject(accepted(call, answer), type) };
  }

  /**
   * RFC 7386: null removes, arrays are replaced whole. `metadata.resourceVersion` and `metadata.uid` in the patch are
   * preconditions; throws a transient `Conflict` where one is not the current one, and `NotFound`.
   */
  async mergePatch(
    type: ResourceType,
    key: NamespacedName,
    patch: Readonly<Record<string, unknown>>,
    { subresource, signal }: { readonly subresource?: 'status'; readonly signal?: AbortSignal } = {},
  ): Promise<KubeObject> {
    const call: Call = { verb: 'patch', type, ...nameOf(key), subresource };
    const answer = await this.#server.send(call, write('PATCH', 'application/merge-patch+json', patch), signal);
    return parseObject(accepted(call, answer), type);
  }

  /**
   * Server-side apply: creates the object or sets the fields given, removes those that we gave before and no longer
   * give, leaves all others. Throws `Conflict` where another manager owns a field, unless `force`.
   */
  async apply(
    type: ResourceType,
    object: KubeObject,
    { force, signal }: { readonly force: boolean; readonly signal?: AbortSignal },
  ): Promise<KubeObject> {
    const call: Call = { verb: 'apply', type, ...nameOf(object.metadata) };
    // JSON is YAML.
    const answer = await this.#server.send(
      call,
      write('PATCH', 'application/apply-patch+yaml', object, { force }),
      signal,
    );
    return parseObject(accepted(call, answer), type);
  }

  /** Gone and not found are both fine; another uid or version than the preconditions is a `Conflict`. */
  async delete(
    type: ResourceType,
    key: NamespacedName,
    preconditions: Preconditions = {},
    signal?: AbortSignal,
  ): Promise<void> {
    const call: Call = { verb: 'delete', type, ...nameOf(key) };
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions,
    });
    const answer = await this.#server.send(call, { method: 'DELETE', contentType: 'application/json', body }, signal);
    if (!isAbsence(answer.status, answer.body)) accepted(call, answer);
  }

  /** Ends all calls and watches at once. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}

function nameOf({ namespace, name }: NamespacedName): NamespacedName {
  return { namespace, name };
}

/** KEP-2334: the server drops the rest. One that cannot answers 406, and never sends what we did not ask for. */
function asMetadata(metadataOnly: boolean | undefined, list: 'List' | ''): Pick<RequestParts, 'accept'> {
  if (metadataOnly !== true) return {};
  return { accept: `application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1` };
}

function write(
  method: 'POST' | 'PATCH',
  contentType: string,
  object: unknown,
  query: RequestParts['query'] = {},
): RequestParts {
  return { method, contentType, body: JSON.stringify(object), query: { ...query, fieldManager } };
}

/** The body of a successful answer; throws the failure that any other one means. */
function accepted(call: Call, { status, body }: Answer): unknown {
  if (status >= 400) throw toFailure(call, status, body);
  return body;
}
