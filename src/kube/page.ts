import type { KubeObject, ResourceType } from '../model/kube-object.ts';
import { transient } from '../std/failure.ts';
import { isRecord, isVersion, parseObject } from './parse-object.ts';

/** What to list. Undefined namespace: all of them. */
export interface PageQuery {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** See `WatchQuery`. */
  readonly metadataOnly?: boolean | undefined;
  readonly limit?: number | undefined;
  /** Of the page before; after about five minutes it is `Expired`. */
  readonly continue?: string | undefined;
}

export interface Page {
  readonly items: readonly KubeObject[];
  /** Version of the whole list, the same on each of its pages; a watch starts from it. */
  readonly resourceVersion: string;
  /** Undefined: this is the last page. */
  readonly continue: string | undefined;
}

export function parsePage(value: unknown, type: ResourceType): Page {
  const metadata = isRecord(value) && isRecord(value.metadata) ? value.metadata : {};
  // An empty list is `"items": null` in some servers; anything else would look like the deletion of every object.
  const items = isRecord(value) && value.items === null ? [] : isRecord(value) ? value.items : undefined;
  if (!Array.isArray(items) || !isVersion(metadata.resourceVersion)) {
    throw transient('ApiServerUnreadable', `The API server sent a list of ${type.plural} that cannot be read`);
  }
  return {
    items: items.map((item) => parseObject(item, type)),
    resourceVersion: metadata.resourceVersion,
    continue: typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined,
  };
}
