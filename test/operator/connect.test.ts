import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import pino from 'pino';
import { annotations, apiVersion, finalizer, labels, managedByValue } from '../../src/api/group.ts';
import { Controller } from '../../src/controller/controller.ts';
import { settled } from '../../src/controller/outcome.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { connect } from '../../src/operator/connect.ts';
import { createWatches, labelsOf, untilSynced, type Watches } from '../../src/operator/watches.ts';
import { eventually } from '../harness/eventually.ts';
import { answer, Loopback } from '../kube/loopback.ts';
import { optionsFor } from './given.ts';

const resource = (uid: string): KubeObject => ({
  ...{ apiVersion, kind: 'MtlsGateway', spec: {} },
  metadata: { namespace: 'shop', name: 'web', uid, generation: 1, resourceVersion: `${uid.length}` },
});

const child = (owner: string, version: number): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Secret', data: {} },
  metadata: {
    ...{ namespace: 'shop', name: 'web-ca', uid: 's', resourceVersion: `${version}` },
    labels: { [labels.managedBy]: managedByValue },
    ownerReferences: [{ apiVersion, kind: 'MtlsGateway', name: owner, uid: 'a', controller: true }],
  },
});

describe('a change at the API server', () => {
  let server: Loopback;
  let stop: AbortController;
  let running: Promise<unknown>;
  /** What the server has, by plural. */
  let truth: Readonly<Record<string, readonly KubeObject[]>>;
  let version = 10;
  const open: { readonly plural: string; readonly response: ServerResponse }[] = [];
  const reconciled: string[] = [];

  beforeEach(async () => {
    server = await Loopback.start();
    stop = new AbortController();
    server.behave = (_, response, { pathname, searchParams }) => {
      const plural = pathname.split('/').at(-1) ?? '';
      const items = truth[plural] ?? [];
      if (searchParams.has('watch')) open.push({ plural, response: opened(response) });
      else answer(response, 200, { items, metadata: { resourceVersion: `${version}` } });
    };
  });
  afterEach(async () => {
    stop.abort();
    await running;
    open.length = 0;
    reconciled.length = 0;
    await server.stop();
  });

  /** The server as it is given, and an operator that has reconciled what is there. */
  async function settle(given: typeof truth, keys: readonly string[], gateway: object = {}): Promise<Watches> {
    truth = given;
    const options = optionsFor(server, gateway);
    const watches = createWatches(server.client(), options);
    const controller = new Controller({
      ...{ name: 'MtlsGateway', log: pino({ level: 'silent' }), clock: options.clock, random: options.random },
      backoff: { first: Temporal.Duration.from({ seconds: 1 }), cap: Temporal.Duration.from({ seconds: 1 }) },
      reconcile: async ({ name }) => {
        reconciled.push(name);
        return settled;
      },
    });
    connect(watches, [{ kind: 'MtlsGateway', resources: watches.gateways, controller }]);
    const runs = Object.values(watches).map((watch) => watch.run(stop.signal));
    await untilSynced(watches, stop.signal);
    running = Promise.all([...runs, controller.run(stop.signal)]);
    await wakes(keys);
    return watches;
  }

  /** The server forgets the versions that it was watched from, and has become another meanwhile. */
  async function change(next: typeof truth): Promise<void> {
    // A list is had a moment before its watch is open.
    const isWatched = (plural: string) => open.some((watch) => watch.plural === plural);
    await eventually(() => assert.ok(Object.keys(next).every(isWatched)));
    truth = next;
    version += 10;
    for (const { response } of open.splice(0)) response.end(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
  }

  const bySelector = { tenants: [{ namespaceSelector: { matchLabels: { team: 'a' } }, hosts: ['*'] }] };

  /** A next version of the namespace. */
  function namespace(change: Partial<KubeObject['metadata']>): KubeObject {
    version += 1;
    const metadata = { name: 'shop', uid: 'n', resourceVersion: `${version}`, ...change };
    return { apiVersion: 'v1', kind: 'Namespace', metadata } as KubeObject;
  }

  /** A next version of the resource. */
  function changed(metadata: Partial<KubeObject['metadata']>): KubeObject {
    version += 1;
    const before = resource('a');
    return { ...before, metadata: { ...before.metadata, ...metadata, resourceVersion: `${version}` } };
  }

  function say(object: KubeObject, at = 'mtlsgateways'): void {
    const watch = open.find(({ plural }) => plural === at) ?? assert.fail('nobody watches');
    watch.response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  }

  async function wakes(keys: readonly string[]): Promise<void> {
    await eventually(() => assert.deepEqual(reconciled, keys));
    reconciled.length = 0;
  }

  it('that only a list shows wakes a resource that was deleted and made anew under its name', async () => {
    await settle({ mtlsgateways: [resource('a')] }, ['web']);
    await change({ mtlsgateways: [resource('bb')] });
    await wakes(['web']);
  });

  it('that only a list shows wakes the owner from whom a child was taken', async () => {
    await settle({ secrets: [child('web', 1)] }, ['web']);
    await change({ secrets: [child('other', 2)] });
    await wakes(['web', 'other']);
  });

  it('that is our own, of the finalizer, wakes nobody', async () => {
    const watches = await settle({ mtlsgateways: [resource('a')] }, ['web']);
    const written = changed({ finalizers: [finalizer], annotations: { [annotations.firstGateway]: 'a main/default' } });
    await watches.gateways.write(written.metadata, async () => written);
    say(written);
    // What is heard after it has been heard is in order.
    say(changed({ labels: { of: 'others' } }));
    await wakes(['web']);
  });

  it('of the labels of a namespace wakes its resources, and of anything else of it wakes none', async () => {
    const before = namespace({ labels: { team: 'b' } });
    const watches = await settle({ namespaces: [before], mtlsgateways: [resource('a')] }, ['web'], bySelector);
    assert.deepEqual(labelsOf(watches, 'shop'), { team: 'b' });
    await eventually(() => assert.ok(open.some(({ plural }) => plural === 'namespaces')));
    say(namespace({ labels: { team: 'b' }, finalizers: ['of.others/one'] }), 'namespaces');
    say(namespace({ labels: { team: 'a' } }), 'namespaces');
    await wakes(['web']);
    assert.deepEqual(labelsOf(watches, 'shop'), { team: 'a' });
    assert.equal(labelsOf(watches, 'elsewhere'), undefined);
  });

  it('of a namespace is not asked for where no tenant is known by labels', async () => {
    const watches = await settle({ namespaces: [namespace({})], mtlsgateways: [resource('a')] }, ['web']);
    assert.ok(open.every(({ plural }) => plural !== 'namespaces'));
    assert.equal(labelsOf(watches, 'shop'), undefined);
  });

  it('wakes where others take our finalizer away', async () => {
    await settle({ mtlsgateways: [changed({ finalizers: [finalizer] })] }, ['web']);
    say(changed({}));
    await wakes(['web']);
  });
});

function opened(response: ServerResponse): ServerResponse {
  response.writeHead(200).flushHeaders();
  return response;
}

const expired = { kind: 'Status', code: 410, reason: 'Expired' };
