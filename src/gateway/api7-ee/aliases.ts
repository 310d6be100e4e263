import { refKey } from '../../model/inventory.ts';
import { idLabel } from '../../model/ownership.ts';
import {
  type DesiredObject,
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
  type RemoteRef,
} from '../../model/remote-object.ts';

/**
 * Ids that a control plane chose where it did not take ours. Everything outside of this flavour knows an object by our
 * id; a label of the object says which that is, so that nothing has to be remembered and a restart finds it again.
 */
export class Aliases {
  /** Our `kind/id` -> their id. */
  readonly #byRef = new Map<string, string>();
  /** Our id -> their id, for references. An id of ours says what kind it is. */
  readonly #byId = new Map<string, string>();

  /** The objects under our ids, as a look at the gateway found them under its own. */
  recognise(found: readonly ObservedObject[]): readonly ObservedObject[] {
    this.#byRef.clear();
    this.#byId.clear();
    const ours = new Map<string, string>();
    for (const { kind, id, labels } of found) {
      const our = labels[idLabel];
      if (our === undefined || our === id) continue;
      ours.set(id, our);
      this.#set({ kind, id: our }, id);
    }
    if (ours.size === 0) return found;
    return found.map((object) => ({
      ...object,
      id: ours.get(object.id) ?? object.id,
      body: replaceIds(object.body, ours) as JsonObject,
    }));
  }

  /** The id by which the control plane knows the object. */
  idOf(ref: RemoteRef): string {
    return this.#byRef.get(refKey(ref)) ?? ref.id;
  }

  /** The body as it is sent: references by the ids of the control plane. */
  bodyOf(object: DesiredObject): JsonObject {
    if (this.#byRef.has(refKey(object))) return this.markedBodyOf(object);
    return this.#byId.size === 0 ? object.body : (replaceIds(object.body, this.#byId) as JsonObject);
  }

  /** The same with our id in a label, for an object that gets another one. */
  markedBodyOf({ id, body }: DesiredObject): JsonObject {
    const { labels, ...content } = body;
    const marked = { ...(isJsonObject(labels) ? labels : {}), [idLabel]: id };
    return { ...(replaceIds(content, this.#byId) as JsonObject), labels: marked };
  }

  /** What a POST has made of the object. */
  add(ref: RemoteRef, value: Json): void {
    const id = isJsonObject(value) ? value['id'] : undefined;
    if (typeof id === 'string') this.#set(ref, id);
  }

  #set(ref: RemoteRef, id: string): void {
    this.#byRef.set(refKey(ref), id);
    this.#byId.set(ref.id, id);
  }
}

/** Only whole texts: an id of ours holds a hash and is part of nothing else. */
function replaceIds(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaceIds(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIds(item, names)]));
}
