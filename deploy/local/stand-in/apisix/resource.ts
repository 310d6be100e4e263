/** The calls of one kind of object, with the envelopes and the order of checks of apisix/admin/resource.lua. */
import type { Lists, Stored } from '../admin/collection.ts';
import { Refusal } from '../admin/refusal.ts';
import type { Check, Schemas } from '../admin/schemas.ts';
import type { Body } from './bodies.ts';
import type { Kind, Version } from './kind.ts';
import { merge, setAt } from './merge.ts';
import { paged } from './paging.ts';
import { nextId, type Store, write } from './store.ts';
import { describeViolation } from './violation.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What a request carries for an object. */
interface Call {
  readonly id: string | undefined;
  /** Parts of the path behind the id. */
  readonly subPath: readonly string[];
  readonly body: unknown;
  readonly query: Readonly<Record<string, string>>;
}

/** One kind as the router knows it. */
export interface Resource {
  readonly plural: string;
  readonly singular: string;
  readonly schema: object;
  /** Each throws a Refusal. */
  readonly methods: Readonly<Record<string, (call: Call) => Answer>>;
  /** Throws a Refusal unless the body fits the schema. */
  readonly fits: (body: unknown) => void;
  /** Throws a Refusal unless it would be accepted, references aside. */
  readonly wouldAccept: (body: unknown) => void;
}

export interface ResourceContext {
  readonly version: Version;
  readonly store: Store;
  readonly schemas: Schemas;
  readonly lists: Lists;
  readonly changed: () => void;
}

/** Gives the body if it fits. Throws a Refusal (400). */
function mustFit<Of extends Body>(check: Check, body: unknown): Of {
  const errors = check(body);
  if (errors.length > 0) throw new Refusal(400, describeViolation(errors));
  return body as Of;
}

const missing = Refusal.with(404, { message: 'Key not found' });

const forbidden = ['create_time', 'update_time'] as const;

function refuseTimes(body: unknown): void {
  const found = forbidden.find((name) => typeof body === 'object' && body !== null && name in body);
  if (found !== undefined) throw new Refusal(400, `the property is forbidden:  ${found}`);
}

/** An object that is to be named so: with its id, which the schema knows too. */
function withId(body: unknown, id: string, singular: string): object {
  if (typeof body !== 'object' || body === null) throw new Refusal(400, 'invalid configuration');
  if ('id' in body && String(body.id) !== id) throw new Refusal(400, `wrong ${singular} id`);
  return { ...body, id };
}

class ResourceOf<Of extends Body> {
  readonly #kind: Kind<Of>;
  readonly #context: ResourceContext;
  readonly #check: Check;

  constructor(kind: Kind<Of>, context: ResourceContext) {
    this.#kind = kind;
    this.#context = context;
    this.#check = context.schemas.check(kind.singular);
  }

  get #collection() {
    return this.#kind.collection(this.#context.store);
  }

  fits(body: unknown): Of {
    return mustFit<Of>(this.#check, body);
  }

  wouldAccept(body: unknown): void {
    this.#kind.check(this.fits(body), this.#context.version);
  }

  read({ id, query }: Call): Answer {
    if (id !== undefined) return { status: 200, body: this.#entry(this.#find(id)) };
    const all = this.#context.lists.of(this.#collection);
    return { status: 200, body: paged(all, query, (stored) => this.#entry(stored)) };
  }

  put({ id, body, query }: Call): Answer {
    const name = this.#needed(id);
    refuseTimes(body);
    const status = this.#collection.has(name) ? 200 : 201;
    return { status, body: this.#store(name, body, query) };
  }

  post({ id, body, query }: Call): Answer {
    const { singular } = this.#kind;
    const named = typeof body === 'object' && body !== null && 'id' in body;
    if (id !== undefined || named) throw new Refusal(400, `wrong ${singular} id, do not need it`);
    refuseTimes(body);
    return { status: 201, body: this.#store(nextId(this.#context.store), body, query) };
  }

  patch({ id, subPath, body, query }: Call): Answer {
    const name = this.#needed(id);
    if (body === undefined) throw new Refusal(400, 'missing new configuration');
    const old = this.#find(name).body;
    const changed = subPath.length === 0 ? merge(old, body) : setAt(old, subPath, body);
    return { status: 200, body: this.#store(name, changed, query) };
  }

  delete({ id, query }: Call): Answer {
    const name = this.#needed(id);
    if (query['force'] !== 'true') this.#kind.refuseRemoval(name, this.#context.store);
    const { key } = this.#entry(this.#find(name));
    this.#collection.delete(name);
    this.#context.changed();
    return { status: 200, body: { key, deleted: '1' } };
  }

  #needed(id: string | undefined): string {
    if (id === undefined) throw new Refusal(400, `missing ${this.#kind.singular} id`);
    return id;
  }

  #find(id: string): Stored<Of> {
    const found = this.#collection.get(id);
    if (found === undefined) throw missing;
    return found;
  }

  /** Gives the answer, which shows keys encrypted. */
  #store(id: string, body: unknown, { ttl }: Call['query']): object {
    const { store, changed, version } = this.#context;
    const { singular, check, checkReferences, seal } = this.#kind;
    const whole = this.fits(withId(body, id, singular));
    check(whole, version);
    checkReferences(whole, store);
    const { id: _, create_time: __, update_time: ___, ...rest } = seal(whole);
    // What was taken away is no part of any kind's own fields.
    const stored = write(store, this.#collection, id, rest as Of);
    changed();
    if (ttl !== undefined) this.#forget(stored, Number(ttl));
    return { key: this.#key(stored), value: this.#value(stored, stored.body) };
  }

  /** After so many seconds, unless it was written again. */
  #forget(stored: Stored<Of>, seconds: number): void {
    const remove = () => {
      if (this.#collection.get(stored.id) !== stored) return;
      this.#collection.delete(stored.id);
      this.#context.changed();
    };
    setTimeout(remove, seconds * 1000).unref();
  }

  #key({ id }: Stored<Of>): string {
    return `/apisix/${this.#kind.plural}/${id}`;
  }

  #value({ id, createdAt, updatedAt }: Stored<Of>, shown: object): object {
    return { ...shown, id, create_time: createdAt, update_time: updatedAt };
  }

  #entry(stored: Stored<Of>) {
    const { createdIndex, modifiedIndex } = stored;
    return {
      key: this.#key(stored),
      value: this.#value(stored, this.#kind.show(stored.body)),
      createdIndex,
      modifiedIndex,
    };
  }
}

export function resource<Of extends Body>(kind: Kind<Of>, context: ResourceContext): Resource {
  const calls = new ResourceOf(kind, context);
  const { plural, singular } = kind;
  return {
    plural,
    singular,
    schema: context.schemas.file(singular),
    methods: {
      GET: (call) => calls.read(call),
      PUT: (call) => calls.put(call),
      POST: (call) => calls.post(call),
      PATCH: (call) => calls.patch(call),
      DELETE: (call) => calls.delete(call),
    },
    fits: (body) => void calls.fits(body),
    wouldAccept: (body) => calls.wouldAccept(body),
  };
}
