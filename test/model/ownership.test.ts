import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Owner } from '../../src/model/gateway-state.ts';
import { describeOwner, hashLabel, idPrefix, isMarked, isOwnedBy, ownerLabels } from '../../src/model/ownership.ts';

const owner: Owner = { cluster: 'c-1', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u-1' };

const labelsOf = (labels: Readonly<Record<string, string>>) => ({ kind: 'snis', id: 'x', body: {}, labels });

/** Names as Kubernetes allows them, made of few characters so that they often touch. */
const aName = fc.stringMatching(/^[ab](-[ab]){0,3}$/);
const anOwner: fc.Arbitrary<Owner> = fc.record({
  cluster: aName,
  kind: fc.constantFrom('MtlsGateway', 'MtlsUpstream'),
  namespace: aName,
  name: aName.map((name) => name.replace('-', '.')),
  uid: aName,
});

const identity = ({ cluster, kind, namespace, name }: Owner) => JSON.stringify([cluster, kind, namespace, name]);

describe('the ids of an owner', () => {
  it('begin the same for ever: another prefix would orphan what is at gateways now', () => {
    assert.equal(idPrefix(owner), 'mtls-a3b7643b2238940b');
  });

  it('are those of no other owner, and the same after it was deleted and applied again', () => {
    fc.assert(
      fc.property(anOwner, anOwner, (one, other) => {
        assert.equal(idPrefix(one) === idPrefix(other), identity(one) === identity(other));
      }),
    );
  });

  it('leave room for what an object adds to them, in the 64 characters of older versions', () => {
    fc.assert(fc.property(anOwner, (any) => assert.match(idPrefix(any), /^mtls-[0-9a-f]{16}$/)));
  });
});

describe('the labels of an owner', () => {
  it('are recognised as those of this owner, and of no other', () => {
    fc.assert(
      fc.property(anOwner, anOwner, (one, other) => {
        const object = labelsOf({ ...ownerLabels(one), [hashLabel]: 'h' });
        assert.equal(isOwnedBy(object, other), identity(one) === identity(other));
        assert.ok(isMarked(object.labels));
        assert.equal(describeOwner(object.labels), `${one.kind} ${one.namespace}/${one.name}`);
      }),
    );
  });

  it('hold no white space and nothing empty, which older versions refuse', () => {
    fc.assert(
      fc.property(anOwner, (any) => {
        for (const value of Object.values(ownerLabels(any))) assert.match(value, /^\S+$/);
      }),
    );
  });

  for (const label of Object.keys(ownerLabels(owner))) {
    const { [label]: _, ...rest } = ownerLabels(owner);
    const stays = label.endsWith('/uid');
    it(`${stays ? 'still name' : 'no longer name'} the owner without ${label}`, () => {
      assert.equal(isOwnedBy(labelsOf(rest), owner), stays);
      assert.equal(isOwnedBy(labelsOf({ ...rest, [label]: 'other' }), owner), stays);
    });
  }

  for (const { name, labels } of [
    { name: 'none', labels: {} },
    { name: 'those of a person', labels: { team: 'edge' } },
    { name: 'those of another tool', labels: { 'managed-by': 'adc', 'mtls-operator.dev/name': 'web' } },
  ]) {
    it(`are not ${name}`, () => {
      assert.ok(!isMarked(labels));
      assert.equal(describeOwner(labels), undefined);
      assert.ok(!isOwnedBy(labelsOf(labels), owner));
    });
  }
});
