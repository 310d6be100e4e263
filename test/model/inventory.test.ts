import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Owner } from '../../src/model/gateway-state.ts';
import { LiveInventory, refKey } from '../../src/model/inventory.ts';
import type { ObservedObject } from '../../src/model/remote-object.ts';
import { ownLabels } from '../harness/own-labels.ts';

const kinds = ['certificates', 'snis'];
const owners = ['a', 'b'].map(
  (name): Owner => ({ cluster: 'c', kind: 'MtlsGateway', namespace: 'n', name, uid: name }),
);

/** Few ids, owners and claims, so that they often meet. */
const anObject: fc.Arbitrary<ObservedObject> = fc.record({
  kind: fc.constantFrom(...kinds),
  id: fc.constantFrom('1', '2', '3'),
  body: fc.constant({}),
  labels: fc.constantFrom({}, ...owners.map(ownLabels)),
  claims: fc.subarray(['x.test', '*.x.test', 'a.x.test', 'b.a.x.test']),
});
/** Of a collection that is only looked at, with names that SNIs have. */
const aRival = anObject.map((object): ObservedObject => ({ ...object, kind: 'ssls', rivals: 'snis' }));
const any = fc.oneof(anObject, aRival);
const anEdit = fc.oneof(
  any.map((object) => ({ type: 'record' as const, object })),
  any.map((object) => ({ type: 'drop' as const, object })),
);

describe('an inventory', () => {
  it('answers every question as a search through all objects would, after any edits', () => {
    fc.assert(
      fc.property(fc.array(any), fc.array(anEdit), (read, edits) => {
        const inventory = new LiveInventory(kinds, read);
        const all = new Map(read.map((object) => [refKey(object), object]));
        for (const { type, object } of edits) {
          inventory[type](object);
          if (type === 'record') all.set(refKey(object), object);
          else all.delete(refKey(object));
        }
        assertSame(inventory, [...all.values()]);
      }),
    );
  });

  it('gives the objects of an owner in the order in which they are made', () => {
    const labels = ownLabels({ cluster: 'c', kind: 'MtlsGateway', namespace: 'n', name: 'a', uid: 'u' });
    const objects = ['snis', 'certificates'].map((kind) => ({ kind, id: '1', body: {}, labels }));
    const owned = new LiveInventory(kinds, objects).ownedBy(owners[0] as Owner);
    assert.deepEqual(
      owned.map(({ kind }) => kind),
      kinds,
    );
  });
});

function assertSame(inventory: LiveInventory, all: readonly ObservedObject[]): void {
  const keys = (objects: readonly ObservedObject[]) => objects.map(refKey).sort();
  for (const owner of owners) {
    const owned = all.filter(({ labels, rivals }) => !rivals && labels['mtls-operator.dev/name'] === owner.name);
    assert.deepEqual(keys(inventory.ownedBy(owner)), keys(owned));
  }
  for (const kind of kinds) {
    for (const claim of ['x.test', '*.x.test']) {
      const claimants = all.filter(
        (object) => (object.rivals ?? object.kind) === kind && object.claims?.includes(claim),
      );
      assert.deepEqual(keys(inventory.claimants(kind, claim)), keys(claimants));
    }
    const claimed = all
      .filter((object) => (object.rivals ?? object.kind) === kind)
      .flatMap(({ claims = [] }) => claims);
    assert.deepEqual(
      inventory.claimsBelow(kind, '*.x.test'),
      ['a.x.test'].filter((name) => claimed.includes(name)),
    );
    for (const id of ['1', '2', '3']) {
      const wanted = all.find((object) => object.kind === kind && object.id === id);
      assert.deepEqual(inventory.find({ kind, id }), wanted);
    }
  }
}
