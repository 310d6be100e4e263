import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GatewayState, Owner } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import { hashLabel, isOwnedBy } from '../../src/model/ownership.ts';
import { type Change, type DesiredObject, type ObservedObject, stringsOf } from '../../src/model/remote-object.ts';
import { gatewayChanges } from '../../src/plan/gateway/changes.ts';
import { flavours } from './flavours.ts';
import { readable } from './from-payload.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsUpstream', namespace: 'shop', name: 'web', uid: 'u' };
const other: Owner = { ...owner, name: 'other' };

const pem = (label: string) =>
  fc.nat(99).map((number) => `-----BEGIN ${label}-----\nAA${number}\n-----END ${label}-----\n`);
const sha256Fingerprint = fc.constantFrom('0a', '0b', '0c').map((byte) => byte.repeat(32));
const pair = fc.record({ chainPem: pem('CERTIFICATE'), keyPem: pem('PRIVATE KEY'), sha256Fingerprint });
const anchor = fc.constantFrom('1', '2', '3').map((digit) => ({
  pem: `-----BEGIN CERTIFICATE-----\nCA${digit}\n-----END CERTIFICATE-----\n`,
  sha256Fingerprint: digit.repeat(64),
}));
const trust = fc.uniqueArray(anchor, { minLength: 1, selector: ({ sha256Fingerprint }) => sha256Fingerprint });
const hosts = (least: number) => fc.subarray(['a.test', 'b.test', '*.test'], { minLength: least });
const paths = fc.subarray(['/', '/a', '/a/*'], { minLength: 1 });
const methods = fc.subarray(['GET', 'POST', 'PUT'], { minLength: 1 });
const routes = fc.uniqueArray(fc.record({ name: fc.constantFrom('one', 'two', 'three'), methods, paths }), {
  minLength: 1,
  selector: ({ name }) => name,
});
const node = fc.record({ host: fc.constantFrom('10.0.0.1', 'nginx'), port: fc.nat(65535), weight: fc.nat(100) });
const service = fc.record({
  name: fc.constantFrom('shop', 'web'),
  hosts: hosts(0),
  nodes: fc.array(node, { minLength: 1, maxLength: 3 }),
  retries: fc.nat(10),
  routes,
});
const clientFacing: fc.Arbitrary<GatewayState> = fc.record({
  kind: fc.constant('client-facing'),
  hosts: hosts(1),
  server: pair,
  clientTrust: trust,
});
const upstream: fc.Arbitrary<GatewayState> = fc.record({
  kind: fc.constant('upstream'),
  client: pair,
  serverTrust: trust,
  serverName: fc.constantFrom('a.test', 'nginx.test'),
  service,
});
const state = fc.oneof(clientFacing, upstream);
/** Two states of one resource, whose kind never changes. */
const twoStates = fc.oneof(fc.tuple(clientFacing, clientFacing), fc.tuple(upstream, upstream));

const names = (objects: readonly DesiredObject[]) => objects.map(({ kind, id }) => `${kind}/${id}`);

for (const { name: product, kinds, compile, withKey, verifiesUpstream, parseBack } of flavours) {
  describe(`what is compiled for ${product}`, () => {
    it('is, read back, what was asked for', () => {
      fc.assert(
        fc.property(state, (wanted) => {
          assert.deepEqual(parseBack(compile(wanted, owner)), readable(wanted, verifiesUpstream));
        }),
      );
    });

    it('has an id for each object, whatever stands in it', () => {
      fc.assert(
        fc.property(twoStates, ([one, another]) => {
          assert.deepEqual(names(compile(withRolesOf(one, another), owner)), names(compile(one, owner)));
        }),
      );
    });

    it('shares no id with another owner', () => {
      fc.assert(
        fc.property(state, state, (mine, theirs) => {
          const ids = new Set(names(compile(mine, owner)));
          assert.deepEqual(
            names(compile(theirs, other)).filter((id) => ids.has(id)),
            [],
          );
        }),
      );
    });

    it('says its owner and a hash, which changes with any content and with nothing else', () => {
      fc.assert(
        fc.property(twoStates, ([one, another]) => {
          const before = compile(one, owner);
          const after = compile(another, owner);
          for (const object of before) {
            assert.ok(isOwnedBy(asSeen(object), owner));
            const same = after.find(({ kind, id }) => kind === object.kind && id === object.id);
            if (same !== undefined)
              assert.equal(hashOf(same) === hashOf(object), contentOf(same) === contentOf(object));
          }
        }),
      );
    });

    it('never refers to what is not there, after each single request on the way from one state to another', () => {
      fc.assert(
        fc.property(twoStates, fc.nat(12), ([one, another], crash) => {
          const gateway = new LiveInventory(kinds, []);
          const go = (wanted: GatewayState | undefined, most = Number.POSITIVE_INFINITY) => {
            const objects = wanted === undefined ? [] : compile(wanted, owner);
            for (const change of gatewayChanges(gateway, objects, owner).slice(0, most)) {
              perform(change, gateway);
              assertWhole(gateway, change);
            }
          };
          go(one);
          // Given up in the middle, then something else is wanted, then nothing.
          go(another, crash);
          go(one, crash);
          go(another);
          assert.deepEqual(gatewayChanges(gateway, compile(another, owner), owner), []);
          go(undefined);
          assert.deepEqual(gateway.ownedBy(owner), []);
        }),
      );
    });

    it('is served under its new client certificate before the old one goes', () => {
      fc.assert(
        fc.property(upstream, (wanted) => {
          if (wanted.kind !== 'upstream') return;
          const gateway = new LiveInventory(kinds, compile(wanted, owner).map(asSeen));
          const renewed = { ...wanted, client: { ...wanted.client, sha256Fingerprint: 'ff' } };
          const changes = gatewayChanges(gateway, compile(renewed, owner), owner);
          assert.deepEqual(changes.map(inShort), [`put ${withKey}`, 'put services', `remove ${withKey}`]);
        }),
      );
    });

    it('is one request for a new server certificate', () => {
      fc.assert(
        fc.property(clientFacing, (wanted) => {
          if (wanted.kind !== 'client-facing') return;
          const gateway = new LiveInventory(kinds, compile(wanted, owner).map(asSeen));
          const renewed = { ...wanted, server: { chainPem: 'NEW', keyPem: 'NEW', sha256Fingerprint: 'ff' } };
          const changes = gatewayChanges(gateway, compile(renewed, owner), owner);
          assert.deepEqual(changes.map(inShort), [`put ${withKey}`]);
        }),
      );
    });
  });
}

/** The content of `another`, and what ids are made of as in `one`: hosts, CAs, names of routes, the fingerprint. */
function withRolesOf(one: GatewayState, another: GatewayState): GatewayState {
  if (one.kind === 'client-facing') {
    if (another.kind !== 'client-facing') return one;
    const { hosts, clientTrust } = one;
    return { ...another, hosts, clientTrust: clientTrust.map((ca) => ({ ...ca, pem: 'CHANGED' })) };
  }
  if (another.kind !== 'upstream') return one;
  const { sha256Fingerprint } = one.client;
  const [{ methods, paths } = { methods: [], paths: [] }] = another.service.routes;
  const changed = one.service.routes.map(({ name }) => ({ name, methods, paths }));
  return {
    ...another,
    client: { ...another.client, sha256Fingerprint },
    serverTrust: one.serverTrust,
    service: { ...another.service, routes: changed },
  };
}

function asSeen({ kind, id, body, claims }: DesiredObject): ObservedObject {
  const { key: _, ...shown } = body;
  return { kind, id, body: shown, labels: stringsOf(body['labels']), ...(claims === undefined ? {} : { claims }) };
}

function perform(change: Change, gateway: LiveInventory): void {
  if (change.type === 'put') gateway.record(asSeen(change.object));
  else gateway.drop(change.ref);
}

/** Every id that stands in an object is that of an object. */
function assertWhole(gateway: LiveInventory, after: Change): void {
  const objects = gateway.ownedBy(owner);
  const ids = new Set(objects.map(({ id }) => id));
  for (const { kind, body } of objects) {
    const { labels: _, name: __, id: ___, ...fields } = body;
    for (const [id] of JSON.stringify(fields).matchAll(/mtls-[0-9a-f]{16}-[\w-]+/g)) {
      assert.ok(ids.has(id), `${kind} refers to ${id}, which is not there after ${inShort(after)}`);
    }
  }
}

const inShort = (change: Change) => `${change.type} ${change.type === 'put' ? change.object.kind : change.ref.kind}`;
const hashOf = ({ body }: DesiredObject) => stringsOf(body['labels'])[hashLabel];
const contentOf = ({ body }: DesiredObject) => JSON.stringify({ ...body, labels: null });
