import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Change, Collection } from '../../src/kube/collection.ts';
import type { WatchEvent } from '../../src/kube/watch-stream.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { anObject, describeObject } from './given.ts';

const put = (name: string, version: number): WatchEvent => {
  return { kind: 'put', version: BigInt(version), object: anObject(name, version) };
};
const deletion = (name: string, version: number): WatchEvent => {
  return { kind: 'delete', version: BigInt(version), object: anObject(name, version) };
};
const bookmark = (version: number): WatchEvent => ({ kind: 'bookmark', version: BigInt(version) });

const contents = (collection: Collection) => collection.list().map(describeObject).sort();
const describeChange = (change: Change | undefined) =>
  change === undefined ? 'nothing' : `${change.kind} ${describeObject(change.object)}`;

/** After a list at version 10 that held a@5 and b@7. */
function aCollection(): Collection {
  const collection = new Collection();
  collection.replace([anObject('a', 5), anObject('b', 7)], 10n);
  return collection;
}

describe('collection', () => {
  for (const { name, event, says, holds } of [
    { name: 'a new object', event: put('c', 11), says: 'added c@11', holds: ['a@5', 'b@7', 'c@11'] },
    { name: 'a changed object', event: put('a', 11), says: 'updated a@11', holds: ['a@11', 'b@7'] },
    { name: 'a deletion, with the last known state', event: deletion('a', 11), says: 'deleted a@5', holds: ['b@7'] },
    { name: 'a deletion of what it never had', event: deletion('c', 11), says: 'nothing', holds: ['a@5', 'b@7'] },
    { name: 'a repeated event', event: put('a', 5), says: 'nothing', holds: ['a@5', 'b@7'] },
    { name: 'a repeated event of what is gone since', event: put('c', 9), says: 'nothing', holds: ['a@5', 'b@7'] },
    { name: 'a bookmark', event: bookmark(11), says: 'nothing', holds: ['a@5', 'b@7'] },
  ]) {
    it(`takes in ${name}`, () => {
      const collection = aCollection();
      assert.equal(describeChange(collection.apply(event)), says);
      assert.deepEqual(contents(collection), holds);
    });
  }

  it('hands out the state before an update', () => {
    const change = aCollection().apply(put('a', 11));
    assert.ok(change?.kind === 'updated');
    assert.equal(describeObject(change.previous), 'a@5');
  });

  it('resumes from the newest version it has processed, a bookmark too', () => {
    const collection = aCollection();
    assert.equal(collection.processed, 10n);
    collection.apply(bookmark(12));
    assert.equal(collection.processed, 12n);
  });

  for (const { name, items, version, says, holds } of [
    {
      name: 'nothing changed',
      items: [anObject('a', 5), anObject('b', 7)],
      version: 20n,
      says: [],
      holds: ['a@5', 'b@7'],
    },
    { name: 'a deletion was missed', items: [anObject('a', 5)], version: 20n, says: ['deleted b@7'], holds: ['a@5'] },
    {
      name: 'a change and a creation were missed',
      items: [anObject('a', 15), anObject('b', 7), anObject('c', 16)],
      version: 20n,
      says: ['updated a@15', 'added c@16'],
      holds: ['a@15', 'b@7', 'c@16'],
    },
    {
      name: 'etcd was restored from a backup',
      items: [anObject('a', 3)],
      version: 4n,
      says: ['deleted b@7', 'updated a@3'],
      holds: ['a@3'],
    },
  ]) {
    it(`finds by another list that ${name}`, () => {
      const collection = aCollection();
      assert.deepEqual(collection.replace(items, version).map(describeChange), says);
      assert.deepEqual(contents(collection), holds);
    });
  }
});

describe('an own write, recorded', () => {
  it('is read at once, and handlers hear of it with its event', () => {
    const collection = aCollection();
    collection.record(anObject('c', 11));
    assert.deepEqual(contents(collection), ['a@5', 'b@7', 'c@11']);
    assert.equal(describeChange(collection.apply(put('c', 11))), 'written c@11');
  });

  it('hides no write of another that it answers too: its event has what was heard of before that', () => {
    const collection = aCollection();
    collection.record(anObject('a', 12));
    collection.record(anObject('a', 13));
    assert.equal(collection.apply(put('a', 11)), undefined);
    assert.equal(collection.apply(put('a', 12)), undefined);
    const change = collection.apply(put('a', 13));
    assert.ok(change?.kind === 'written' && change.previous !== undefined);
    assert.equal(describeObject(change.previous), 'a@5');
  });

  it('is no longer waited for when a newer state of another comes first', () => {
    const collection = aCollection();
    collection.record(anObject('a', 12));
    const change = collection.apply(put('a', 13));
    assert.ok(change?.kind === 'updated');
    assert.equal(describeObject(change.previous), 'a@5');
  });

  it('is ignored when its event has come before: the object may be gone since', () => {
    const collection = aCollection();
    collection.apply(put('c', 11));
    collection.apply(deletion('c', 12));
    collection.record(anObject('c', 11));
    assert.deepEqual(contents(collection), ['a@5', 'b@7']);
  });

  it('does not replace a newer one whose answer came first', () => {
    const collection = aCollection();
    collection.record(anObject('a', 12));
    collection.record(anObject('a', 11));
    assert.deepEqual(contents(collection), ['a@12', 'b@7']);
  });

  it('is not undone by the event of an older write of another', () => {
    const collection = aCollection();
    collection.record(anObject('a', 12));
    assert.equal(describeChange(collection.apply(put('a', 11))), 'nothing');
    assert.deepEqual(contents(collection), ['a@12', 'b@7']);
  });

  it('is not undone by an older deletion', () => {
    const collection = aCollection();
    collection.record(anObject('a', 12));
    assert.equal(describeChange(collection.apply(deletion('a', 11))), 'nothing');
    assert.deepEqual(contents(collection), ['a@12', 'b@7']);
  });

  it('is not undone by a list that is older', () => {
    const collection = aCollection();
    collection.record(anObject('c', 25));
    assert.deepEqual(collection.replace([anObject('a', 5)], 20n).map(describeChange), ['deleted b@7']);
    assert.deepEqual(contents(collection), ['a@5', 'c@25']);
  });

  it('is dropped by a list that is newer and does not have it', () => {
    const collection = aCollection();
    collection.record(anObject('c', 15));
    collection.replace([anObject('a', 5), anObject('b', 7)], 20n);
    assert.deepEqual(contents(collection), ['a@5', 'b@7']);
  });
});

/** An API server with one collection, and a reflector and a writer of ours whose messages arrive late. */
class World {
  readonly collection = new Collection();
  /** What a handler would know that only ever heard the changes. */
  readonly heard = new Map<string, string>();
  readonly #server = new Map<string, number>();
  readonly #events: WatchEvent[] = [];
  readonly #answers: KubeObject[] = [];
  #version = 1;
  #list: { readonly items: readonly KubeObject[]; readonly version: bigint } | undefined;

  write(name: string): void {
    this.#version += 1;
    this.#server.set(name, this.#version);
    this.#events.push(put(name, this.#version));
  }

  writeOwn(name: string): void {
    this.write(name);
    this.#answers.push(anObject(name, this.#version));
  }

  delete(name: string): void {
    if (!this.#server.delete(name)) return;
    this.#version += 1;
    this.#events.push(deletion(name, this.#version));
  }

  receiveAnswer(): void {
    const answer = this.#answers.shift();
    if (answer === undefined) return;
    const isNews = BigInt(answer.metadata.resourceVersion ?? 0) > this.collection.processed;
    this.collection.record(answer);
    const known = this.collection.get(answer.metadata)?.metadata.resourceVersion ?? 0;
    if (isNews) assert.ok(Number(known) >= Number(answer.metadata.resourceVersion), 'an own write is not read back');
  }

  /** The next event; twice, as after a reconnect from an older version. */
  receiveEvent(): void {
    if (this.#list !== undefined) return;
    const event = this.#events.shift();
    if (event === undefined) return;
    this.#hear(this.collection.apply(event));
    assert.equal(this.collection.apply(event), undefined, 'a repeated event is a change');
  }

  /** The server answers a list; it arrives later, and no event does meanwhile. */
  startList(): void {
    const items = [...this.#server].map(([name, version]) => anObject(name, version));
    this.#list ??= { items, version: BigInt(this.#version) };
  }

  receiveList(): void {
    const list = this.#list;
    if (list === undefined) return;
    this.#list = undefined;
    for (const change of this.collection.replace(list.items, list.version)) this.#hear(change);
    while ((this.#events[0]?.version ?? list.version + 1n) <= list.version) this.#events.shift();
  }

  receiveAll(): void {
    this.receiveList();
    while (this.#answers.length > 0) this.receiveAnswer();
    while (this.#events.length > 0) this.receiveEvent();
  }

  get truth(): readonly string[] {
    return [...this.#server].map(([name, version]) => `${name}@${version}`).sort();
  }

  #hear(change: Change | undefined): void {
    if (change === undefined) return;
    const { name } = change.object.metadata;
    const previous = 'previous' in change ? change.previous : undefined;
    if (change.kind !== 'deleted')
      assert.equal(previous && describeObject(previous), this.heard.get(name), 'another state was heard of before');
    if (change.kind === 'deleted') this.heard.delete(name);
    else this.heard.set(name, describeObject(change.object));
  }
}

describe('collection and handlers', () => {
  type Step = (world: World) => void;
  const name = fc.constantFrom('a', 'b');
  const step: fc.Arbitrary<Step> = fc.oneof(
    name.map(
      (n): Step =>
        (world) =>
          world.write(n),
    ),
    name.map(
      (n): Step =>
        (world) =>
          world.writeOwn(n),
    ),
    name.map(
      (n): Step =>
        (world) =>
          world.delete(n),
    ),
    fc.constantFrom<Step>(
      (world) => world.receiveAnswer(),
      (world) => world.receiveEvent(),
      (world) => world.startList(),
      (world) => world.receiveList(),
    ),
  );

  it('end equal to the server, in whatever order answers, events and lists arrive', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        for (const take of steps) take(world);
        world.receiveAll();
        assert.deepEqual(contents(world.collection), world.truth);
        assert.deepEqual([...world.heard.values()].sort(), world.truth);
      }),
      { numRuns: 1000 },
    );
  });
});
