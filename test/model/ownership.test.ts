import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Owner } from '../../src/model/gateway-state.ts';
import {
  describeOwner,
  hashLabel,
  idLabel,
  idPrefix,
  isOwnedBy,
  labelledOwner,
  ownerLabels,
} from '../../src/model/ownership.ts';

const owner: Owner = { cluster: 'c-1', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u-1' };

const idOf = (owner: Owner) => `${idPrefix(owner)}-sni`;
const anObject = (labels: Readonly<Record<string, string>>, id = idOf(owner)) => ({ id, labels });

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
        const object = anObject({ ...ownerLabels(one), [hashLabel]: 'h' }, idOf(one));
        assert.equal(isOwnedBy(object, other), identity(one) === identity(other));
        assert.equal(describeOwner(object), `${one.kind} ${one.namespace}/${one.name}`);
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
      assert.equal(isOwnedBy(anObject(rest), owner), stays);
      assert.equal(isOwnedBy(anObject({ ...rest, [label]: 'other' }), owner), stays);
    });
  }

  for (const { name, labels } of [
    { name: 'none', labels: {} },
    { name: 'those of a person', labels: { team: 'edge' } },
    { name: 'those of another tool', labels: { 'managed-by': 'adc', 'mtls-operator.dev/name': 'web' } },
  ]) {
    it(`are not ${name}`, () => {
      assert.equal(labelledOwner(anObject(labels)), undefined);
      assert.equal(describeOwner(anObject(labels)), 'somebody else');
      assert.ok(!isOwnedBy(anObject(labels), owner));
    });
  }

  for (const { name, labels } of [
    { name: 'has written its own name over the one that earlier versions wrote', labels: { 'managed-by': 'adc' } },
    { name: 'has left that of an earlier version', labels: { 'managed-by': 'mtls-operator' } },
  ]) {
    it(`still name the owner where another tool ${name}`, () => {
      assert.ok(isOwnedBy(anObject({ ...ownerLabels(owner), ...labels }), owner));
    });
  }

  it('do not use the key under which other tools say that an object is theirs', () => {
    assert.ok(Object.keys(ownerLabels(owner)).every((label) => label.startsWith('mtls-operator.dev/')));
  });

  it('do not make ours what a tool has copied them to, under an id that does not follow from them', () => {
    const copy = anObject(ownerLabels(owner), '0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33');
    assert.ok(!isOwnedBy(copy, owner));
    assert.equal(describeOwner(copy), 'somebody else, who copied the labels of MtlsGateway shop/web');
    const ofAnother = anObject(ownerLabels(owner), idOf({ ...owner, name: 'other' }));
    assert.ok(!isOwnedBy(ofAnother, owner));
  });

  it('name the owner under an id of the control plane too, with ours in a label', () => {
    assert.ok(isOwnedBy(anObject({ ...ownerLabels(owner), [idLabel]: idOf(owner) }, 'theirs'), owner));
    const ofAnother = { [idLabel]: idOf({ ...owner, name: 'other' }) };
    assert.ok(!isOwnedBy(anObject({ ...ownerLabels(owner), ...ofAnother }, 'theirs'), owner));
  });
});
