import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Owner } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import { hashLabel } from '../../src/model/ownership.ts';
import type { DesiredObject, JsonObject, ObservedObject } from '../../src/model/remote-object.ts';
import {
  findGatewayConflict,
  findTakenNames,
  gatewayChanges,
  includes,
  takesName,
} from '../../src/plan/gateway/changes.ts';
import { ownLabels } from '../harness/own-labels.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u1' };
const other: Owner = { ...owner, name: 'other' };
const order = ['ca_certificates', 'certificates', 'snis'];

const desired = (kind: string, id: string, fields: JsonObject = {}, hash = 'h1'): DesiredObject => ({
  kind,
  id,
  body: { ...fields, labels: { ...ownLabels(owner), [hashLabel]: hash } },
  writeOnly: ['key'],
  ...(kind === 'snis' ? { claims: [String(fields['domain'])] } : {}),
});

/** What a gateway shows of an object: its labels, times of its own, no key. */
const observed = ({ kind, id, body, claims }: DesiredObject, by: Owner = owner): ObservedObject => {
  const { key: _, ...readable } = body;
  const labels = { ...(body['labels'] as Record<string, string>), ...ownLabels(by) };
  return {
    kind,
    id,
    labels,
    body: { ...readable, labels, id, created_at: 1 },
    ...(claims === undefined ? {} : { claims }),
  };
};

const ca = desired('ca_certificates', 'ca', { cert: 'CA' });
const certificate = desired('certificates', 'server', { cert: 'LEAF', key: 'KEY' });
const sni = desired('snis', 'sni', { domain: 'test.com', certificates: ['server'] });
const all = [ca, certificate, sni];
const asSeen = all.map((object) => observed(object));

const inventory = (seen: readonly ObservedObject[]) => new LiveInventory(order, seen);

const summary = (seen: readonly ObservedObject[], wanted: readonly DesiredObject[]) =>
  gatewayChanges(inventory(seen), wanted, owner).map((change) =>
    change.type === 'put' ? `put ${change.object.id} (${change.because})` : `remove ${change.ref.id}`,
  );

describe('changes at a gateway', () => {
  for (const { name, seen, wanted, want } of [
    {
      name: 'makes everything, each after what it refers to',
      seen: [],
      wanted: all,
      want: ['put ca (missing)', 'put server (missing)', 'put sni (missing)'],
    },
    { name: 'does nothing when everything is as desired', seen: asSeen, wanted: all, want: [] },
    {
      name: 'removes in the reverse order',
      seen: asSeen,
      wanted: [],
      want: ['remove sni', 'remove server', 'remove ca'],
    },
    {
      name: 'adds and switches before it removes',
      seen: [observed(desired('ca_certificates', 'old-ca', { cert: 'OLD' })), ...asSeen.slice(1)],
      wanted: all,
      want: ['put ca (missing)', 'remove old-ca'],
    },
    {
      name: 'sees a new key by its hash alone, since keys are never shown',
      seen: asSeen,
      wanted: [ca, desired('certificates', 'server', { cert: 'LEAF', key: 'NEW' }, 'h2'), sni],
      want: ['put server (differs)'],
    },
    {
      name: 'sees an edit by hand under the old hash',
      seen: [
        asSeen[0] as ObservedObject,
        asSeen[1] as ObservedObject,
        observed(desired('snis', 'sni', { domain: 'test.com', certificates: [] })),
      ],
      wanted: all,
      want: ['put sni (differs)'],
    },
    ...[
      { name: 'writes its labels anew where another tool has made the object its own', value: 'adc', put: true },
      { name: 'leaves the label that an earlier version wrote', value: 'mtls-operator', put: false },
    ].map(({ name, value, put }) => ({
      name,
      seen: asSeen.map((object) =>
        object.kind === 'snis' ? { ...object, labels: { ...object.labels, 'managed-by': value } } : object,
      ),
      wanted: all,
      want: put ? ['put sni (differs)'] : [],
    })),
    {
      name: 'leaves the objects of others alone',
      seen: asSeen.map((object) => observed({ ...object, writeOnly: [] }, other)),
      wanted: [],
      want: [],
    },
    {
      name: 'takes back what an earlier resource of the same name left behind',
      seen: asSeen.map((object) => observed({ ...object, writeOnly: [] }, { ...owner, uid: 'u0' })),
      wanted: [],
      want: ['remove sni', 'remove server', 'remove ca'],
    },
  ]) {
    it(name, () => assert.deepEqual(summary(seen, wanted), want));
  }

  it('converges from any state: applied once, nothing is left to do', () => {
    const objects = fc.subarray(all);
    fc.assert(
      fc.property(objects, objects, (before, wanted) => {
        const world = apply(
          before.map((object) => observed(object)),
          wanted,
        );
        assert.deepEqual(summary(world, wanted), []);
      }),
    );
  });

  it('converges after a crash between any two requests', () => {
    const objects = fc.subarray(all);
    fc.assert(
      fc.property(objects, objects, fc.nat(6), (before, wanted, done) => {
        const crashed = apply(
          before.map((object) => observed(object)),
          wanted,
          done,
        );
        assert.deepEqual(summary(apply(crashed, wanted), wanted), []);
      }),
    );
  });
});

/** A model of a gateway: performs the first `count` changes. */
function apply(seen: readonly ObservedObject[], wanted: readonly DesiredObject[], count = Number.POSITIVE_INFINITY) {
  let world = [...seen];
  for (const change of gatewayChanges(inventory(seen), wanted, owner).slice(0, count)) {
    const { kind, id } = change.type === 'put' ? change.object : change.ref;
    world = world.filter((object) => object.kind !== kind || object.id !== id);
    if (change.type === 'put') world.push(observed(change.object));
  }
  return world.sort((one, two) => order.indexOf(one.kind) - order.indexOf(two.kind));
}

describe('conflicts at a gateway', () => {
  const foreignSni: ObservedObject = { kind: 'snis', id: 'theirs', body: {}, labels: {}, claims: ['test.com'] };
  for (const { name, seen, want } of [
    { name: 'finds none in an empty gateway', seen: [], want: undefined },
    { name: 'finds none among our own objects', seen: asSeen, want: undefined },
    {
      name: 'names the object that has our id and no mark of ours',
      seen: [{ kind: 'certificates', id: 'server', body: {}, labels: {} }],
      want: 'NotOurs',
    },
    { name: 'names the object that has our SNI under another id', seen: [foreignSni], want: 'SniConflict' },
    {
      name: 'names the rival of another kind that has the host of our SNI',
      seen: [{ ...foreignSni, kind: 'ssls', rivals: 'snis' }],
      want: 'SniConflict',
    },
    {
      name: 'finds none in a rival that is ours from before an upgrade',
      seen: [{ ...observed(sni), kind: 'ssls', id: 'old', rivals: 'snis' }],
      want: undefined,
    },
    {
      name: 'finds none when another kind has our id',
      seen: [{ kind: 'routes', id: 'server', body: {}, labels: {} }],
      want: undefined,
    },
  ]) {
    it(name, () => assert.equal(findGatewayConflict(inventory(seen), all, owner)?.reason, want));
  }

  it('says who holds the name', () => {
    const theirs = observed(sni, other);
    const finding = findGatewayConflict(inventory([{ ...theirs, id: 'x' }]), all, owner);
    assert.match(finding?.message ?? '', /test\.com .* snis\/x, which belongs to MtlsGateway shop\/other/);
  });
});

describe('names at a gateway', () => {
  const more = { ...sni, body: { ...sni.body, domain: 'b.test' }, claims: ['test.com', 'b.test'] };
  for (const { name, seen, wanted, want } of [
    { name: 'are taken by a new object', seen: [], wanted: [sni], want: true },
    {
      name: 'are taken by one more in an object that is there',
      seen: asSeen,
      wanted: [...all.slice(0, 2), more],
      want: true,
    },
    {
      name: 'are not taken anew by another content',
      seen: [observed({ ...sni, body: {} })],
      wanted: [sni],
      want: false,
    },
    { name: 'are not taken by what has none', seen: [], wanted: [ca, certificate], want: false },
    { name: 'are not taken by a removal', seen: asSeen, wanted: [], want: false },
  ]) {
    it(name, () => {
      const changes = gatewayChanges(inventory(seen), wanted, owner);
      assert.equal(takesName(changes, inventory(seen), owner), want);
    });
  }

  it('are told apart by whether we have them beside the other holder', () => {
    const foreign: ObservedObject = { kind: 'snis', id: 'x', body: {}, labels: {}, claims: ['b.test', 'test.com'] };
    const taken = findTakenNames(inventory([...asSeen, foreign]), [more], owner);
    assert.deepEqual(
      taken.map(({ name, holder, held }) => [name, holder.id, held]),
      [
        ['test.com', 'x', true],
        ['b.test', 'x', false],
      ],
    );
  });
});

describe('comparing what is there with what is desired', () => {
  for (const { name, seen, wanted, want } of [
    { name: 'allows fields that the gateway added', seen: { a: 1, b: 2 }, wanted: { a: 1 }, want: true },
    { name: 'allows white space around a PEM', seen: 'PEM', wanted: 'PEM\n', want: true },
    { name: 'misses a field that is gone', seen: {}, wanted: { a: 1 }, want: false },
    { name: 'takes the order of a list as part of it', seen: ['b', 'a'], wanted: ['a', 'b'], want: false },
    { name: 'takes a longer list as another one', seen: ['a', 'b'], wanted: ['a'], want: false },
    { name: 'tells null from absent', seen: null, wanted: {}, want: false },
  ]) {
    it(name, () => assert.equal(includes(seen, wanted), want));
  }
});
