import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { KubeClient } from '../../src/kube/client.ts';
import { configMaps } from '../../src/model/kube-object.ts';
import { anObject, key } from './given.ts';
import { absent, answer, Loopback } from './loopback.ts';

const query = { resourceVersion: '1', timeoutSeconds: 300 };

describe('a client whose server takes connections and never says a word', () => {
  let loopback: Loopback;
  let silent: Server;
  let client: KubeClient;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    loopback = await Loopback.start();
    silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const server = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const path = loopback.kubeconfig({ cluster: { server } });
    // Connecting takes longer than all else here: undici hears of an abort only after it.
    client = loopback.client({ source: { kind: 'file', path }, timeouts: { callMilliseconds: 50 } });
  });
  afterEach(async () => {
    await loopback.stop();
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
  });

  for (const { name, ask } of [
    { name: 'a call', ask: (signal: AbortSignal) => client.get(configMaps, key('a'), signal) },
    { name: 'a watch', ask: (signal: AbortSignal) => client.watch(configMaps, query, signal) },
  ]) {
    it(`ends ${name} with the reason of an abort at once`, async () => {
      const stop = new AbortController();
      const reason = new Error('stopped');
      setTimeout(() => stop.abort(reason), 20);
      await assert.rejects(ask(stop.signal), (error) => error === reason);
    });
  }

  it('gives a call up when its time is over', async () => {
    await assert.rejects(client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key('a') }), {
      class: 'transient',
    });
  });
});

describe('a client of a server that has moved', () => {
  let loopback: Loopback;
  beforeEach(async () => {
    loopback = await Loopback.start();
    loopback.behave = (_, response) => answer(response, 200, anObject('a', 1));
  });
  afterEach(() => loopback.stop());

  const nowhere = { server: 'http://127.0.0.1:1' };

  it('goes where the kubeconfig says by now', async () => {
    const client = loopback.client({ source: { kind: 'file', path: loopback.kubeconfig({ cluster: nowhere }) } });
    loopback.kubeconfig();
    assert.equal((await client.get(configMaps, key('a')))?.metadata.name, 'a');
  });
});

describe('an answer without an end', () => {
  let loopback: Loopback;
  let sent: number;
  beforeEach(async () => {
    loopback = await Loopback.start();
    sent = 0;
    loopback.behave = (_, response) => {
      const part = Buffer.alloc(64 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(part)) sent += part.length;
      };
      response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more);
      more();
    };
  });
  afterEach(() => loopback.stop());

  it('is given up at its bound, and not asked for again', async () => {
    const client = loopback.client({ largestAnswer: 1024 * 1024 });
    const want = { class: 'transient', reason: 'ApiServerAnswerTooLarge' };
    await assert.rejects(client.get(configMaps, key('a')), want);
    assert.equal(loopback.asked.length, 1);
    assert.ok(sent < 32 * 1024 * 1024, `${sent}`);
  });
});

describe('an answer of 404', () => {
  let loopback: Loopback;
  let client: KubeClient;
  beforeEach(async () => {
    loopback = await Loopback.start();
    client = loopback.client();
  });
  afterEach(() => loopback.stop());

  it('that names the object means that there is none', async () => {
    loopback.behave = (_, response) => answer(response, 404, absent('a'));
    assert.equal(await client.get(configMaps, key('a')), undefined);
    await client.delete(configMaps, key('a'));
  });

  for (const { name, body } of [
    { name: 'of a proxy', body: '<html>404 Not Found</html>' },
    { name: 'for a type that is not served', body: { kind: 'Status', code: 404, reason: 'NotFound', details: {} } },
  ]) {
    it(`${name} is no word about the object`, async () => {
      loopback.behave = (_, response) => answer(response, 404, body);
      const failure = { class: 'transient', reason: 'NotFound' };
      await assert.rejects(client.get(configMaps, key('a')), failure);
      await assert.rejects(client.delete(configMaps, key('a')), failure);
    });
  }
});
