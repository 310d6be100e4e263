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

/** An object of ours, and the id under which it stands. */
interface Alias {
  readonly ref: RemoteRef;
  readonly id: string;
}

type Added = Alias & { readonly at: number };

/**
 * Ids that a control plane chose where it did not take ours. Everything outside of this flavour knows an object by our
 * id; a label of the object says which that is, so that nothing has to be remembered and a restart finds it again.
 */
export class Aliases {
  /** Our `kind/id` -> their id. */
  readonly #byRef = new Map<string, string>();
  /** Our id -> their id, for references. An id of ours says what kind it is. */
  readonly #byId = new Map<string, string>();
  /** What was made since the newest reading began, oldest first. */
  #added: Added[] = [];
  #moment = 0;
  /** When the newest reading began. */
  #read = 0;

  /** Now, for `recognise`: to be taken before a reading begins. */
  get moment(): number {
    return this.#moment;
  }

  /**
   * The objects under our ids, as a look at the gateway that began at `since` found them under its own. Of several that
   * are one object of ours the others keep their ids: nobody expects them, so they are removed.
   */
  recognise(found: readonly ObservedObject[], since: number): readonly ObservedObject[] {
    // The reading may have passed where they are now.
    const added = this.#added.filter(({ at }) => at > since);
    const aliases = [...added, ...this.#choose(found, new Set(added.map(({ ref }) => refKey(ref))))];
    if (since >= this.#read) this.#replace(aliases, added, since);
    const ours = new Map(aliases.map(({ ref, id }) => [id, ref.id]));
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
    if (typeof id !== 'string') return;
    this.#moment += 1;
    this.#added.push({ ref, id, at: this.#moment });
    this.#set({ ref, id });
  }

  /** One for each of ours: that which we know, so that no two readings differ in it; none for what is there under our id. */
  #choose(found: readonly ObservedObject[], known: ReadonlySet<string>): readonly Alias[] {
    const here = new Set([...known, ...found.map(refKey)]);
    const marked = found.flatMap(({ kind, id, labels, rivals }): Alias[] => {
      const our = labels[idLabel];
      // A rival may be ours from before an upgrade, with the id of what stands elsewhere now.
      return our === undefined || rivals !== undefined || here.has(refKey({ kind, id: our }))
        ? []
        : [{ ref: { kind, id: our }, id }];
    });
    const byRef = Map.groupBy(marked, ({ ref }) => refKey(ref));
    return [...byRef].flatMap(([key, same]) => same.find(({ id }) => id === this.#byRef.get(key)) ?? same[0] ?? []);
  }

  #replace(aliases: readonly Alias[], added: Added[], since: number): void {
    this.#byRef.clear();
    this.#byId.clear();
    for (const alias of aliases) this.#set(alias);
    this.#added = added;
    this.#read = since;
  }

  #set({ ref, id }: Alias): void {
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
