import { refKey } from '../model/inventory.ts';
import { boundLabel, idLabel, isAlias } from '../model/ownership.ts';
import {
  type DesiredObject,
  isJsonObject,
  type Json,
  type JsonObject,
  type ObservedObject,
  type RemoteRef,
} from '../model/remote-object.ts';

/** An object of ours, and the id under which it stands. */
interface Alias {
  readonly ref: RemoteRef;
  readonly id: string;
}

type Added = Alias & { readonly at: number };

/**
 * Ids under which objects of ours stand that are not ours: those that a control plane chose where it did not take ours,
 * and those of objects that were taken over. Everything outside of the flavours knows an object by our id; a label of the
 * object says which that is, so that nothing has to be remembered and a restart finds it again.
 */
export class Aliases {
  /** Our `kind/id` -> their id. */
  readonly #byRef = new Map<string, string>();
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
    if (aliases.length === 0) return found;
    // By kind too: what people number by hand has the same ids in every collection.
    const ours = new Map(aliases.map(({ ref, id }) => [refKey({ kind: ref.kind, id }), ref.id]));
    const ourId = (ref: RemoteRef) => ours.get(refKey(ref)) ?? ref.id;
    return found.map((object) => {
      const id = ourId(object);
      return { ...object, id, body: { ...(withReferences(object.body, ourId) as JsonObject), id } };
    });
  }

  /** The id by which the control plane knows the object. */
  idOf(ref: RemoteRef): string {
    return this.#byRef.get(refKey(ref)) ?? ref.id;
  }

  /** The body as it is sent: references by the ids of the control plane. */
  bodyOf(object: DesiredObject): JsonObject {
    const id = this.#byRef.get(refKey(object));
    if (id !== undefined) return this.markedBodyOf(object, id);
    return this.#byRef.size === 0 ? object.body : this.#sent(object.body);
  }

  /** The same with our id in a label, for an object that has or gets another one; `at` where that is known. */
  markedBodyOf({ id, body }: DesiredObject, at?: string): JsonObject {
    const { labels, ...content } = body;
    const bound = at === undefined ? {} : { [boundLabel]: at };
    const marked = { ...(isJsonObject(labels) ? labels : {}), [idLabel]: id, ...bound };
    return { ...this.#sent(content), labels: marked };
  }

  #sent(body: JsonObject): JsonObject {
    return withReferences(body, (ref) => this.idOf(ref)) as JsonObject;
  }

  /** What a POST has made of the object, or what a PUT has taken over for it. */
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
    const marked = found.filter(isAlias).flatMap(({ kind, id, labels, rivals }): Alias[] => {
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
    for (const alias of aliases) this.#set(alias);
    this.#added = added;
    this.#read = since;
  }

  #set({ ref, id }: Alias): void {
    this.#byRef.set(refKey(ref), id);
  }
}

/** Fields in which an id stands, or several, and the collection that it is of. */
const references: Readonly<Record<string, string>> = {
  service_id: 'services',
  client_cert_id: 'ssls',
  client_certificate: 'certificates',
  certificates: 'certificates',
  ca_certificates: 'ca_certificates',
};

function withReferences(value: Json, idOf: (ref: RemoteRef) => string): Json {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, idOf));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const kind = Object.hasOwn(references, key) ? references[key] : undefined;
      return [key, kind === undefined ? withReferences(item, idOf) : renamed(item, (id) => idOf({ kind, id }))];
    }),
  );
}

function renamed(value: Json, idOf: (id: string) => string): Json {
  if (typeof value === 'string') return idOf(value);
  return Array.isArray(value) ? value.map((item) => renamed(item, idOf)) : value;
}
