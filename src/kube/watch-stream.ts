import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import { type Failure, transient } from '../std/failure.ts';
import { toFailure } from './kube-error.ts';
import { isRecord, isVersion, parseObject } from './parse-object.ts';

export type WatchEvent =
  | { readonly kind: 'put'; readonly version: bigint; readonly object: KubeObject }
  | { readonly kind: 'delete'; readonly version: bigint; readonly object: KubeObject }
  /** Nothing changed up to this version. */
  | { readonly kind: 'bookmark'; readonly version: bigint };

/**
 * The events of a watch. Throws a `Failure` at an event that cannot be read, which would otherwise be a change lost,
 * and at an ERROR event; `Expired` where the version watched from is too old.
 */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  type: ResourceType,
): AsyncGenerator<WatchEvent, void, undefined> {
  for await (const line of splitLines(chunks, type)) yield parseEvent(line, type);
}

/** Bytes, counted as UTF-16 units: an object of the API server has 3 MB at most, and as many again where it is escaped. */
export const longestLine = 8 * 1024 * 1024;

/**
 * One decoder for the whole stream: a character may be split between two chunks, and so may a line, which is put together
 * once, at its end. A line that is cut by the end of the stream is dropped, since the watch resumes before it.
 */
async function* splitLines(chunks: AsyncIterable<Uint8Array>, type: ResourceType): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = '', ...lines] = decode(decoder, chunk, type).split('\n');
    parts.push(first);
    length += first.length;
    if (length > longestLine) throw unreadable(type);
    for (const line of lines) {
      yield parts.join('');
      parts = [line];
      length = line.length;
    }
  }
}

function decode(decoder: TextDecoder, chunk: Uint8Array, type: ResourceType): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw unreadable(type);
  }
}

function parseEvent(line: string, type: ResourceType): WatchEvent {
  const { kind, object } = parseEnvelope(line, type);
  if (kind === 'ERROR') throw errorEvent(object, type);
  const version = versionOf(object, type);
  switch (kind) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', version, object: parseObject(object, type) };
    case 'DELETED':
      return { kind: 'delete', version, object: parseObject(object, type) };
    case 'BOOKMARK':
      return { kind: 'bookmark', version };
    default:
      throw unreadable(type);
  }
}

function parseEnvelope(line: string, type: ResourceType): { readonly kind: unknown; readonly object: unknown } {
  try {
    const { type: kind, object } = JSON.parse(line);
    return { kind, object };
  } catch {
    throw unreadable(type);
  }
}

function versionOf(object: unknown, type: ResourceType): bigint {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  if (!isVersion(metadata.resourceVersion)) throw unreadable(type);
  return BigInt(metadata.resourceVersion);
}

function errorEvent(status: unknown, type: ResourceType): Failure {
  const code = isRecord(status) && typeof status.code === 'number' ? status.code : 500;
  return toFailure({ verb: 'watch', type }, code, status);
}

function unreadable(type: ResourceType): Failure {
  return transient(
    'ApiServerUnreadable',
    `The watch of ${type.plural} was interrupted, or sent something that is not an event`,
  );
}
