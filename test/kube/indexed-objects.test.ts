import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Collection } from '../../src/kube/collection.ts';
import { IndexedObjects } from '../../src/kube/indexed-objects.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';

interface Given {
  readonly name: string;
  readonly refersTo: readonly string[];
  readonly version?: number;
}

const refersTo = (object: KubeObject) => object['refersTo'] as readonly string[];
const indexes = { secret: refersTo, count: (object: KubeObject) => [`${refersTo(object).length}`] };

function anObject({ name, refersTo, version = 1 }: Given): KubeObject {
  const metadata = { namespace: 'shop', name, resourceVersion: `${version}` };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, refersTo };
}

const namesOf = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort();
const value = fc.constantFrom('x', 'y', 'z');
const given: fc.Arbitrary<Given> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  refersTo: fc.array(value, { maxLength: 3 }),
});

/** Every index answers what a scan of all objects answers. */
function assertEqualToScan(objects: Pick<IndexedObjects, 'list' | 'byIndex'>): void {
  for (const [name, by] of Object.entries(indexes)) {
    for (const wanted of ['x', 'y', 'z', '0', '1', '2', '3']) {
      const scanned = objects.list().filter((object) => by(object).includes(wanted));
      assert.deepEqual(namesOf(objects.byIndex(name, wanted)), namesOf(scanned), `${name} of ${wanted}`);
    }
  }
}

describe('index', () => {
  it('finds an object once, even if it says a value twice', () => {
    const objects = new IndexedObjects(indexes);
    objects.set(anObject({ name: 'a', refersTo: ['x', 'x'] }));
    assert.deepEqual(namesOf(objects.byIndex('secret', 'x')), ['a']);
  });

  it('forgets the values of an object that changed', () => {
    const objects = new IndexedObjects(indexes);
    objects.set(anObject({ name: 'a', refersTo: ['x'] }));
    objects.set(anObject({ name: 'a', refersTo: ['y'] }));
    assert.deepEqual([namesOf(objects.byIndex('secret', 'x')), namesOf(objects.byIndex('secret', 'y'))], [[], ['a']]);
  });

  it('says when it was never declared', () => {
    assert.throws(() => new IndexedObjects(indexes).byIndex('owner', 'x'), TypeError);
  });

  it('answers what a scan answers, whatever was set and deleted', () => {
    const step = fc.oneof(
      given.map((one) => (objects: IndexedObjects) => objects.set(anObject(one))),
      given.map((one) => (objects: IndexedObjects) => objects.delete(anObject(one).metadata)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const objects = new IndexedObjects(indexes);
        for (const take of steps) take(objects);
        assertEqualToScan(objects);
      }),
    );
  });

  it('answers what a scan answers, whatever lists, events and own writes came', () => {
    const version = fc.integer({ min: 1, max: 40 });
    const versioned = fc.tuple(given, version).map(([one, at]) => ({ ...one, version: at }));
    const step = fc.oneof(
      versioned.map((one) => (collection: Collection) => {
        collection.apply({ kind: 'put', version: BigInt(one.version), object: anObject(one) });
      }),
      versioned.map((one) => (collection: Collection) => {
        collection.apply({ kind: 'delete', version: BigInt(one.version), object: anObject(one) });
      }),
      versioned.map((one) => (collection: Collection) => collection.record(anObject(one))),
      fc
        .tuple(fc.uniqueArray(versioned, { selector: ({ name }) => name }), version)
        .map(([items, at]) => (collection: Collection) => {
          collection.replace(items.map(anObject), BigInt(at));
        }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const collection = new Collection(indexes);
        for (const take of steps) {
          take(collection);
          assertEqualToScan(collection);
        }
      }),
    );
  });
});
