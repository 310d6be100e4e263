import type { KubeObject, ObjectMeta, ResourceType } from '../model/kube-object.ts';
import { transient } from '../std/failure.ts';

/**
 * An answer as an object of that type. Field ownership is dropped (it is often half of the object, and nobody here
 * reads it); kind and apiVersion are filled in, as the items of a list of built-in types come without. The namespace of
 * an object that is in none is empty.
 */
export function parseObject(value: unknown, type: ResourceType): KubeObject {
  if (!isRecord(value) || !isMetadata(value.metadata)) {
    throw transient('ApiServerUnreadable', `The API server sent a ${type.kind} without a name and version`);
  }
  const { managedFields, namespace = '', ...metadata } = value.metadata;
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  return { ...value, apiVersion, kind: type.kind, metadata: { ...metadata, namespace } };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Versions of one type are comparable decimal numbers (KEP-5504 promises what always was so). */
export function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]+$/.test(value);
}

/** The fields that everything here relies on; the API server guarantees the types of the others. */
function isMetadata(value: unknown): value is Omit<ObjectMeta, 'namespace'> & Loose {
  return isRecord(value) && typeof value.name === 'string' && isVersion(value.resourceVersion);
}

interface Loose {
  readonly namespace?: string;
  readonly managedFields?: unknown;
}
