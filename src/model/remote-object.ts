/** JSON as an Admin API speaks it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Where an object stands at a gateway. */
export interface RemoteRef {
  /** Collection of the Admin API, for example `certificates`. */
  readonly kind: string;
  readonly id: string;
}

/** An object that a gateway shall hold: a whole body for one request. */
export interface DesiredObject extends RemoteRef {
  readonly body: JsonObject;
  /** A name that only one object of this kind may have, for example the domain of an SNI. */
  readonly claim?: string;
  /** Fields of the body that an answer never shows, as keys; the hash in the labels stands for them. */
  readonly writeOnly: readonly string[];
}

/** An object that a gateway holds. */
export interface ObservedObject extends RemoteRef {
  readonly body: JsonObject;
  readonly claim?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One request that brings a gateway nearer to what is desired; safe to repeat. */
export type Change =
  | { readonly type: 'put'; readonly object: DesiredObject; readonly because: 'missing' | 'differs' }
  | { readonly type: 'remove'; readonly ref: RemoteRef };

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
