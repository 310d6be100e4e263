import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { owns } from '../../src/election/shard.ts';
import { runOperator } from '../../src/operator/operator.ts';
import type { OperatorOptions } from '../../src/operator/options.ts';
import type { OperatorView } from '../../src/operator/view.ts';
import { eventually } from '../harness/eventually.ts';
import { absent, answer, Loopback } from '../kube/loopback.ts';
import { optionsFor } from './given.ts';

/** Takes what is posted, and has nothing else. */
async function behave(request: IncomingMessage, response: ServerResponse, { pathname, searchParams }: URL) {
  const body = request.method === 'GET' ? {} : ((await json(request)) as { metadata: object });
  if (searchParams.has('watch')) response.writeHead(200).flushHeaders();
  else if (pathname.endsWith('/kube-system')) answer(response, 200, object({ metadata: { name: 'kube-system' } }));
  else if (request.method === 'GET' && searchParams.has('limit'))
    answer(response, 200, { items: [], metadata: { resourceVersion: '7' } });
  else if (request.method === 'GET') answer(response, 404, absent('mtls-operator'));
  else answer(response, 200, object(body as { metadata: object }));
}

const object = ({ metadata, ...rest }: { readonly metadata: object }) => ({
  ...{ apiVersion: 'v1', kind: 'Thing', ...rest },
  metadata: { uid: 'u', resourceVersion: '7', ...metadata },
});

describe('an operator with an election', () => {
  let server: Loopback;
  let stop: AbortController;
  let running: Promise<void>;
  beforeEach(async () => {
    server = await Loopback.start();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.stop();
  });

  function start(change: Partial<OperatorOptions> = {}): void {
    running = runOperator({ ...optionsFor(server), ...change }, stop.signal);
  }

  it('asks for the Lease only once its caches are filled', async () => {
    const held: (() => void)[] = [];
    let isPosted = false;
    server.behave = (request, response, url) => {
      isPosted ||= request.method === 'POST' && url.pathname.endsWith('/leases');
      const proceed = () => void behave(request, response, url);
      if (url.pathname.endsWith('/mtlsgateways')) held.push(proceed);
      else proceed();
    };
    start();
    await eventually(() => assert.equal(held.length, 1));
    await pause(200);
    assert.ok(!isPosted, 'it would lead, and could not begin');
    for (const proceed of held.splice(0)) proceed();
    await eventually(() => assert.ok(isPosted));
  });

  for (const { what, gateway, want } of [
    { what: 'a gateway is open since nobody said for whom it is', gateway: {}, want: ['main'] },
    { what: 'somebody said that it is for all', gateway: { allowedNamespaces: ['*'] }, want: undefined },
    { what: 'it is for tenants', gateway: { tenants: [{ namespaces: ['shop'], hosts: [] }] }, want: undefined },
  ]) {
    it(`${want === undefined ? 'does not warn' : 'warns'} where ${what}`, async () => {
      server.behave = (request, response, url) => void behave(request, response, url);
      const lines: { msg: string; gateways?: readonly string[] }[] = [];
      const log = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) });
      start({ ...optionsFor(server, gateway), log });
      await eventually(() => assert.ok(lines.some(({ msg }) => msg === 'operator is running')));
      assert.deepEqual(lines.find(({ msg }) => msg.startsWith('open to all namespaces'))?.gateways, want);
    });
  }

  it('tells of the resources of its shard, and of no others', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const items = names.map((name) => object({ metadata: { namespace: 'shop', name } }));
    server.behave = (request, response, url) => {
      const isList = url.pathname.endsWith('/mtlsgateways') && !url.searchParams.has('watch');
      if (isList) answer(response, 200, { items, metadata: { resourceVersion: '7' } });
      else void behave(request, response, url);
    };
    const shard = { index: 1, count: 2 };
    const views: OperatorView[] = [];
    start({ shard, onView: (view) => views.push(view) });
    const ours = names.filter((name) => owns(shard, { namespace: 'shop', name }));
    assert.ok(ours.length > 0 && ours.length < names.length);
    await eventually(() =>
      assert.deepEqual(
        views[0]?.resources.map(({ metadata }) => metadata.name),
        ours,
      ),
    );
  });

  it('renews the Lease over connections that carry nothing else', async () => {
    const sockets = { lease: new Set<Socket>(), other: new Set<Socket>() };
    server.behave = (request, response, url) => {
      sockets[url.pathname.includes('/leases') ? 'lease' : 'other'].add(request.socket);
      void behave(request, response, url);
    };
    start();
    await eventually(() => assert.ok(server.asked.filter((path) => path.includes('/leases')).length >= 2));
    assert.deepEqual([...sockets.lease.intersection(sockets.other)], []);
    assert.ok(sockets.other.size > 0);
  });
});
