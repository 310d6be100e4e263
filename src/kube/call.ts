import type { ResourceType } from '../model/kube-object.ts';
import { permanent } from '../std/failure.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'apply' | 'delete';

/** What is asked of the API server, in its own words; for paths, messages and counters. */
export interface Call {
  readonly verb: Verb;
  readonly type: ResourceType;
  /** Undefined or empty: all namespaces, or a type that is in none. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: 'status' | undefined;
}

/** As RBAC and metrics name it: `secrets`, `mtlsgateways/status`. */
export function resourceOf({ type, subresource }: Call): string {
  return subresource === undefined ? type.plural : `${type.plural}/${subresource}`;
}

/** `create secrets shop/web-tls`, for the middle of a sentence. */
export function describeCall(call: Call): string {
  const object = [call.namespace, call.name].filter((part) => part !== undefined && part !== '').join('/');
  return `${call.verb} ${resourceOf(call)}${object === '' ? '' : ` ${object}`}`;
}

/** Path of the object, or of the collection where there is no name or the object is yet to be posted to it. */
export function pathOf({ verb, type, namespace, name, subresource }: Call): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope = namespace === undefined || namespace === '' ? '' : `/namespaces/${segment(namespace)}`;
  const object = name === undefined || verb === 'create' ? '' : `/${segment(name)}`;
  return `${root}${scope}/${type.plural}${object}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** An empty name would turn the deletion of one object into that of the collection; dots and slashes would move the path. */
function segment(name: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) && name.length <= 253) return name;
  throw permanent('InvalidName', 'An object name is empty or not a DNS name (RFC 1123), so it cannot exist');
}
