import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import pino from 'pino';
import { Reflector, type ReflectorOptions } from '../../src/kube/reflector.ts';
import { configMaps, type KubeObject } from '../../src/model/kube-object.ts';
import { eventually } from '../harness/eventually.ts';
import { anObject, describeObject } from './given.ts';
import { answer, Loopback } from './loopback.ts';

describe('a reflector', () => {
  let server: Loopback;
  let stop: AbortController;
  /** What the server has, and its version. */
  let truth: { items: readonly KubeObject[]; version: number };
  /** What it does with a watch; `from` is the version that was asked for. */
  let watched: (response: ServerResponse, from: number) => void;
  beforeEach(async () => {
    server = await Loopback.start();
    stop = new AbortController();
    truth = { items: [anObject('a', 50)], version: 100 };
    server.behave = (_, response, { searchParams }) => {
      const { items, version } = truth;
      if (searchParams.has('watch')) watched(response, Number(searchParams.get('resourceVersion')));
      else answer(response, 200, { items, metadata: { resourceVersion: `${version}` } });
    };
  });
  afterEach(async () => {
    stop.abort();
    await server.stop();
  });

  function aReflector(watchSilenceMilliseconds: number, options: Partial<ReflectorOptions> = {}): Reflector {
    return new Reflector({
      client: server.client({ timeouts: { watchSilenceMilliseconds } }),
      type: configMaps,
      namespace: 'shop',
      labelSelector: undefined,
      indexes: {},
      metadataOnly: false,
      onChange: () => {},
      random: () => 0,
      log: pino({ level: 'silent' }),
      ...options,
    });
  }
  const holds = (reflector: Reflector, want: readonly string[]) =>
    eventually(
      () => assert.deepEqual(reflector.collection.list().map(describeObject), want),
      Temporal.Duration.from({ seconds: 3 }),
    );
  const watches = () => server.asked.filter((url) => url.includes('watch=true')).length;

  describe('whose server fell back to an older version, as after a restore of etcd, has what it has now', () => {
    /** As kube-apiserver does: it waits until it has come to that version. */
    const waiting = (response: ServerResponse) => {
      response.writeHead(200).flushHeaders();
      return response;
    };
    const restored = { items: [anObject('a', 30)], version: 40 };

    it('where the watch broke off', async () => {
      const open: ServerResponse[] = [];
      watched = (response) => open.push(waiting(response));
      const reflector = aReflector(60_000);
      void reflector.run(stop.signal);
      await eventually(() => assert.equal(open.length, 1));
      truth = restored;
      open[0]?.destroy();
      await holds(reflector, ['a@30']);
    });

    it('where the watch from then on is silent', async () => {
      watched = waiting;
      const reflector = aReflector(200);
      void reflector.run(stop.signal);
      await reflector.synced;
      truth = restored;
      await holds(reflector, ['a@30']);
    });

    it('where the watch is refused because that version is yet to come', async () => {
      watched = (response, from) => {
        if (from <= truth.version) response.writeHead(200).end(bookmark(from + 1));
        else answer(response, 504, tooLarge);
        truth = restored;
      };
      const reflector = aReflector(60_000);
      void reflector.run(stop.signal);
      await holds(reflector, ['a@30']);
    });

    it('though the version has passed the old one until the list comes', async () => {
      watched = waiting;
      const reflector = aReflector(200);
      void reflector.run(stop.signal);
      await reflector.synced;
      const { behave } = server;
      server.behave = (request, response, url) => {
        behave(request, response, url);
        if (url.searchParams.get('limit') === '1') truth = { ...restored, version: 200 };
      };
      truth = restored;
      await holds(reflector, ['a@30']);
    });
  });

  it('asks for smaller pages where objects are larger than an answer may be', async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({
      ...anObject(`o${index}`, 50),
      data: { k: 'v'.repeat(2_000) },
    }));
    const limits: number[] = [];
    server.behave = (_, response, { searchParams }) => {
      if (searchParams.has('watch')) return void response.writeHead(200).flushHeaders();
      const [limit, from] = [Number(searchParams.get('limit')), Number(searchParams.get('continue') ?? 0)];
      limits.push(limit);
      const next = from + limit < items.length ? { continue: `${from + limit}` } : {};
      return void answer(response, 200, {
        items: items.slice(from, from + limit),
        metadata: { resourceVersion: '100', ...next },
      });
    };
    const reflector = aReflector(10_000, { client: server.client({ largestAnswer: 20_000 }) });
    void reflector.run(stop.signal);
    await eventually(() => assert.equal(reflector.collection.list().length, items.length));
    assert.deepEqual(limits.slice(0, 4), [500, 63, 8, 8]);
  });

  it('resumes a watch that nothing came through, and reads no whole list for it', async () => {
    watched = (response) => response.writeHead(200).flushHeaders();
    const reflector = aReflector(100);
    void reflector.run(stop.signal);
    await eventually(() => assert.ok(watches() >= 4));
    assert.equal(reflector.state.lists, 1);
  });

  it('backs off from a server that takes long to refuse a watch', async () => {
    watched = (response) => setTimeout(() => response.destroy(), 100);
    const lines: { readonly failures: number }[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
    void aReflector(60_000, { soundMilliseconds: 50, log }).run(stop.signal);
    await eventually(() =>
      assert.deepEqual(
        lines.map(({ failures }) => failures),
        [2],
      ),
    );
  });
});

const bookmark = (version: number) =>
  `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: `${version}` } } })}\n`;

const tooLarge = {
  kind: 'Status',
  code: 504,
  reason: 'Timeout',
  details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
};
