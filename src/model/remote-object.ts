/** JSON as an Admin API speaks it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Where an object stands at a gateway. */
export interface RemoteRef {
  /** Collection of the Admin API, for example `certificates`. */
  readonly kind: string;
  readonly id: string;
}

/** What a route takes: requests of each of the methods, at each of the hosts, on each of the paths. */
export interface Requests {
  readonly methods: readonly string[];
  /** In lower case; empty: at every host. */
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
}

/** An object that a gateway shall hold: a whole body for one request. */
export interface DesiredObject extends RemoteRef {
  readonly body: JsonObject;
  /** Names that only one object of this kind may have, for example the domain of an SNI; in lower case. */
  readonly claims?: readonly string[];
  /** At some path of these names nobody is asked for a client certificate. */
  readonly isOpen?: true;
  /** Of a route. */
  readonly requests?: Requests;
  /** Fields of the body that an answer never shows, as keys; the hash in the labels stands for them. */
  readonly writeOnly: readonly string[];
  /** Fields in which nothing may stand but what is desired: one more entry could let somebody in. */
  readonly exact?: readonly string[];
}

/** An object that a gateway holds. */
export interface ObservedObject extends RemoteRef {
  readonly body: JsonObject;
  readonly claims?: readonly string[];
  /** At some path of these names nobody is asked for a client certificate. */
  readonly isOpen?: true;
  /** Of a route. */
  readonly requests?: Requests;
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Set for one of a collection that is only looked at: the kind of object from which it takes the names that it claims.
   * Nobody owns such an object, so that it is never removed, whatever its labels say.
   */
  readonly rivals?: string;
}

/** What is asked for: an object, and of a route the service to which it belongs. */
export interface Adoptable extends Pick<ObservedObject, 'kind' | 'id' | 'claims'> {
  readonly service?: string;
}

/** One request that brings a gateway nearer to what is desired; safe to repeat. */
export type Change =
  | { readonly type: 'put'; readonly object: DesiredObject; readonly because: 'missing' }
  /** What stands there until now, under an id that stays. */
  | { readonly type: 'put'; readonly object: DesiredObject; readonly because: 'adopted'; readonly from: ObservedObject }
  | {
      readonly type: 'put';
      readonly object: DesiredObject;
      readonly because: 'differs';
      /** The top-level fields that differ. */
      readonly fields: readonly string[];
    }
  | { readonly type: 'remove'; readonly ref: RemoteRef };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function withoutKeys(body: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
}

/** The texts of an object by their keys, such as its labels; what is no text is left out. */
export function stringsOf(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
