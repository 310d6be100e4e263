import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import pino from 'pino';
import { apiVersion, labels, managedByValue } from '../../src/api/group.ts';
import { Controller } from '../../src/controller/controller.ts';
import { settled } from '../../src/controller/outcome.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { connect } from '../../src/operator/connect.ts';
import { createWatches, untilSynced } from '../../src/operator/watches.ts';
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

describe('what a list after a gap in a watch shows wakes', () => {
  let server: Loopback;
  let stop: AbortController;
  let running: Promise<unknown>;
  /** What the server has, by plural. */
  let truth: Readonly<Record<string, readonly KubeObject[]>>;
  let version = 10;
  const open: ServerResponse[] = [];
  const reconciled: string[] = [];

  beforeEach(async () => {
    server = await Loopback.start();
    stop = new AbortController();
    server.behave = (_, response, { pathname, searchParams }) => {
      const items = truth[pathname.split('/').at(-1) ?? ''] ?? [];
      if (searchParams.has('watch')) open.push(opened(response));
      else answer(response, 200, { items, metadata: { resourceVersion: `${version}` } });
    };
  });
  afterEach(async () => {
    stop.abort();
    await running;
    open.length = 0;
    await server.stop();
  });

  /** The server as it is given, and an operator that has reconciled what is there. */
  async function settle(given: typeof truth, keys: readonly string[]): Promise<void> {
    truth = given;
    const options = optionsFor(server);
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
  }

  /** The server forgets the versions that it was watched from, and has become another meanwhile. */
  function change(next: typeof truth): void {
    truth = next;
    version += 10;
    for (const response of open.splice(0)) response.end(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
  }

  async function wakes(keys: readonly string[]): Promise<void> {
    await eventually(() => assert.deepEqual(reconciled, keys), Temporal.Duration.from({ seconds: 3 }));
    reconciled.length = 0;
  }

  it('a resource that was deleted and made anew under its name', async () => {
    await settle({ mtlsgateways: [resource('a')] }, ['web']);
    change({ mtlsgateways: [resource('bb')] });
    await wakes(['web']);
  });

  it('the owner from whom a child was taken', async () => {
    await settle({ secrets: [child('web', 1)] }, ['web']);
    change({ secrets: [child('other', 2)] });
    await wakes(['web', 'other']);
  });
});

function opened(response: ServerResponse): ServerResponse {
  response.writeHead(200).flushHeaders();
  return response;
}

const expired = { kind: 'Status', code: 410, reason: 'Expired' };
