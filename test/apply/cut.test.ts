import assert from 'node:assert/strict';
import pino from 'pino';
import { apiVersion, finalizer } from '../../src/api/group.ts';
import type { Resource } from '../../src/api/kinds.ts';
import { writeChild } from '../../src/apply/children.ts';
import { addFinalizer, removeFinalizer } from '../../src/apply/finalizer.ts';
import { changeGateway, leaveGateway } from '../../src/apply/gateway.ts';
import { writeStatus } from '../../src/apply/status.ts';
import { Informer } from '../../src/kube/informer.ts';
import { type ConfigMap, configMaps, secrets } from '../../src/model/kube-object.ts';
import { typeOf } from '../../src/model/resource-type.ts';
import type { Gateway } from '../../src/ports/gateway.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { eventually } from '../harness/eventually.ts';
import { Loopback } from '../kube/loopback.ts';

const metadata = {
  ...{ namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '7', generation: 1 },
  creationTimestamp: '2026-11-28T12:00:00Z',
};
const resource: Resource<unknown> = { kind: 'MtlsGateway', metadata, spec: {}, status: {} };
const held = { ...resource, metadata: { ...metadata, finalizers: [finalizer] } };

const owner = { apiVersion, kind: 'MtlsGateway', name: 'web', uid: 'u', controller: true };
const child = (data: Readonly<Record<string, string>>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'web-nginx', resourceVersion: '7', ownerReferences: [owner] },
  data,
});

const kubeWrites: readonly (readonly [name: string, write: (run: Run) => Promise<unknown>])[] = [
  ['the finalizer', (run) => addFinalizer(resource, 'main/default', run)],
  ['the end of the finalizer', (run) => removeFinalizer(held, run)],
  ['the status', (run) => writeStatus(resource, { observedGeneration: 1 }, run)],
  ['a new child', (run) => writeChild(undefined, child({ a: 'b' }), resource, run)],
  ['a change of a child', (run) => writeChild(child({}), child({ a: 'b' }), resource, run)],
];

describe('a reconcile whose time is up', () => {
  let server: Loopback;
  let time: AbortController;
  let run: Run;
  const reason = new Error('the time is up');
  beforeEach(async () => {
    server = await Loopback.start();
    time = new AbortController();
    const kube = server.client();
    const log = pino({ level: 'silent' });
    const shared = { client: kube, random: () => 0, log };
    const stores = {
      resources: new Informer({ ...shared, type: typeOf('MtlsGateway') }),
      secrets: new Informer({ ...shared, type: secrets }),
      configMaps: new Informer({ ...shared, type: configMaps }),
    };
    const clockWatch = { find: () => undefined };
    run = { ...stores, kube, log, clockWatch, signal: time.signal } as unknown as Run;
  });
  afterEach(() => server.stop());

  for (const [name, write] of kubeWrites) {
    it(`does not begin to write ${name}`, async () => {
      time.abort(reason);
      await assert.rejects(write(run), (error) => error === reason);
      assert.deepEqual(server.asked, []);
    });

    it(`does not wait until ${name} is written`, async () => {
      server.behave = () => {};
      const writing = write(run);
      const ended = assert.rejects(writing, (error) => error === reason);
      await eventually(() => assert.equal(server.asked.length, 1));
      time.abort(reason);
      await ended;
    });
  }

  const runWith = (gateway: Gateway): Run => {
    const gateways = { resolve: () => ({ gateway }), resolveUsed: () => gateway };
    return {
      ...run,
      gateways,
      drift: { forget: () => {}, suspend: () => {} },
      names: { await: () => {} },
    } as unknown as Run;
  };

  const owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };

  it('does not wait until a gateway is read', async () => {
    const gateway = { observe: () => new Promise(() => {}) } as unknown as Gateway;
    const ended = assert.rejects(
      leaveGateway({ gateway: 'main/default', known: [], denies: false }, owner, runWith(gateway)),
      (error) => error === reason,
    );
    time.abort(reason);
    await ended;
  });

  it('does not begin to write to a gateway', async () => {
    time.abort(reason);
    const gateway = {
      validate: async () => {},
      put: () => assert.fail('put'),
      remove: () => assert.fail('removed'),
    } as unknown as Gateway;
    const object = { kind: 'ssl', id: 'a' } as unknown as Parameters<Gateway['put']>[0];
    const changes = [{ type: 'put', object, because: 'missing' }] as const;
    const step = { do: 'change', gateway: 'main/default', changes } as const;
    await assert.rejects(changeGateway(step, { resource, owner }, runWith(gateway)), (error) => error === reason);
  });
});
