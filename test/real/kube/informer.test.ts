import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pino from 'pino';
import type { KubeClient } from '../../../src/kube/client.ts';
import { Informer, type InformerOptions } from '../../../src/kube/informer.ts';
import { type ConfigMap, configMaps } from '../../../src/model/kube-object.ts';
import { useCluster } from '../../harness/cluster.ts';
import { eventually } from '../../harness/eventually.ts';
import { FaultyProxy } from '../../harness/faulty-proxy.ts';
import { Clients, partsOf } from './clients.ts';

const label = 'mtls-operator.dev/test';

const status = (code: number, reason: string) => ({ kind: 'Status', status: 'Failure', code, reason });

describe('informer', () => {
  const cluster = useCluster();
  let clients: Clients;
  /** Straight to the API server: the rest of the world. */
  let world: KubeClient;
  let proxy: FaultyProxy;
  let namespace: string;
  let stop: AbortController;
  let heard: string[];

  before(() => {
    clients = new Clients();
    world = clients.open(cluster.kubeconfig).client;
  });
  after(() => clients.close());
  beforeEach(async () => {
    proxy = await FaultyProxy.start(partsOf(cluster));
    namespace = await cluster.namespace();
    stop = new AbortController();
    heard = [];
  });
  afterEach(async () => {
    stop.abort();
    await proxy.stop();
  });

  async function write(name: string, value: string): Promise<void> {
    const object: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name, labels: { [label]: '' } },
      data: { value },
    };
    if ((await world.create(configMaps, object)).kind === 'created') return;
    await world.mergePatch(configMaps, { namespace, name }, { data: { value } });
  }
  async function writeMany(count: number): Promise<readonly string[]> {
    const names = Array.from({ length: count }, (_, n) => `n${n}`);
    for (let at = 0; at < count; at += 100)
      await Promise.all(names.slice(at, at + 100).map((name) => write(name, '1')));
    return names;
  }
  const remove = (name: string) => world.delete(configMaps, { namespace, name });
  const nameOf = (object: ConfigMap) => `${object.metadata.name}=${object.data?.['value']}`;
  const contents = (informer: Informer<ConfigMap>) => informer.list().map(nameOf).sort();
  const holds = (informer: Informer<ConfigMap>, want: readonly string[]) =>
    eventually(() => assert.deepEqual(contents(informer), want));

  function anInformer(client: KubeClient, options: Partial<InformerOptions> = {}): Informer<ConfigMap> {
    const log = pino({ level: 'silent' });
    const informer = new Informer<ConfigMap>({
      client,
      type: configMaps,
      namespaces: [namespace],
      labelSelector: label,
      random: Math.random,
      log,
      ...options,
    });
    informer.onChange(({ kind, object }) => {
      // Whether the answer of an own write overtakes its event is chance.
      heard.push(`${kind} ${nameOf(object as ConfigMap)}`);
    });
    return informer;
  }

  async function started(informer: Informer<ConfigMap>): Promise<Informer<ConfigMap>> {
    void informer.run(stop.signal);
    await informer.synced;
    return informer;
  }

  const throughProxy = () => {
    const timeouts = { callMilliseconds: 1000, connectMilliseconds: 1000, watchSilenceMilliseconds: 1000 };
    return clients.open(clients.throughProxy(proxy, cluster), { timeouts }).client;
  };

  it('has the whole of a list of several pages', async () => {
    const names = await writeMany(1100);
    const informer = await started(anInformer(throughProxy()));
    assert.deepEqual(contents(informer), names.map((name) => `${name}=1`).sort());
    assert.equal(proxy.requests.filter(({ watch }) => !watch).length, 3);
  }).timeout(120_000);

  it('hears of creation, change and deletion in order, with the last known state', async () => {
    await write('old', '0');
    const informer = await started(anInformer(world));
    await write('new', '1');
    await write('new', '2');
    await remove('new');
    const want = ['added old=0', 'added new=1', 'updated new=2', 'deleted new=2'];
    await eventually(() => assert.deepEqual(heard, want));
    assert.equal(informer.get({ namespace, name: 'new' }), undefined);
  });

  it('sees an object come and go with its label', async () => {
    const informer = await started(anInformer(world));
    await write('a', '1');
    await holds(informer, ['a=1']);
    await world.mergePatch(configMaps, { namespace, name: 'a' }, { metadata: { labels: { [label]: null } } });
    await holds(informer, []);
    assert.deepEqual(heard, ['added a=1', 'deleted a=1']);
  });

  it('reads an own write at once, and hears of it once and as its own', async () => {
    const informer = await started(anInformer(world));
    await write('a', '1');
    await holds(informer, ['a=1']);
    for (let value = 2; value < 30; value += 1) {
      const key = { namespace, name: 'a' };
      const send = () => world.mergePatch(configMaps, key, { data: { value: `${value}` } }) as Promise<ConfigMap>;
      await informer.write(key, send);
      assert.deepEqual(contents(informer), [`a=${value}`]);
    }
    await eventually(() => assert.equal(heard.at(-1), 'written a=29'));
    // An event that comes only after the answer of the next write says nothing new, and is passed over.
    const all = Array.from({ length: 29 }, (_, n) => `${n === 0 ? 'added' : 'written'} a=${n + 1}`);
    assert.deepEqual(
      heard,
      all.filter((line) => heard.includes(line)),
    );
    await remove('a');
    await holds(informer, []);
  });

  it('serves several namespaces as one, and tells a late handler of what is there', async () => {
    const other = await cluster.namespace();
    await write('a', '1');
    const metadata = { namespace: other, name: 'b', labels: { [label]: '' } };
    await world.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: '2' } });
    const informer = await started(anInformer(world, { namespaces: [namespace, other, namespace] }));
    assert.deepEqual(contents(informer), ['a=1', 'b=2']);
    assert.equal(informer.get({ namespace: other, name: 'a' }), undefined);
    const late: string[] = [];
    informer.onChange(({ kind, object }) => late.push(`${kind} ${object.metadata.name}`));
    assert.deepEqual(late.sort(), ['added a', 'added b']);
  });

  it('finds objects of all its namespaces by an index, as they are now', async () => {
    const other = await cluster.namespace();
    const informer = new Informer({
      client: world,
      type: configMaps,
      namespaces: [namespace, other],
      labelSelector: label,
      indexes: { value: ({ data }: ConfigMap) => [data?.['value'] ?? ''] },
      random: Math.random,
      log: pino({ level: 'silent' }),
    });
    await write('a', '1');
    const metadata = { namespace: other, name: 'b', labels: { [label]: '' } };
    await world.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: '1' } });
    void informer.run(stop.signal);
    await informer.synced;
    const found = (value: string) => informer.byIndex('value', value).map(nameOf).sort();
    assert.deepEqual(found('1'), ['a=1', 'b=1']);
    await write('a', '2');
    await eventually(() => assert.deepEqual([found('1'), found('2')], [['b=1'], ['a=2']]));
  });

  it('watches all namespaces when none is named', async () => {
    const informer = await started(anInformer(world, { namespaces: undefined }));
    await write('a', '1');
    await eventually(() => assert.ok(informer.get({ namespace, name: 'a' }) !== undefined));
  });

  it('asks for nothing while nothing happens', async () => {
    await write('a', '1');
    await started(anInformer(clients.open(clients.throughProxy(proxy, cluster)).client));
    await eventually(() => assert.equal(proxy.openWatches, 1));
    const before = proxy.requests.length;
    // That nothing happens can only be seen by waiting.
    await sleep(3000);
    assert.deepEqual(proxy.requests.slice(before), []);
  });

  it('never has two watches, however often it is started', async () => {
    const informer = anInformer(throughProxy());
    const runs = [informer.run(stop.signal), informer.run(stop.signal)];
    await informer.synced;
    await eventually(() => assert.equal(proxy.openWatches, 1));
    stop.abort();
    await Promise.all(runs);
    await eventually(() => assert.equal(proxy.openWatches, 0));
    assert.equal(proxy.requests.filter(({ watch }) => watch).length, 1);
  });

  it('stops in the middle of a list and leaves nothing open', async () => {
    proxy.rule = () => ({ kind: 'silence' });
    const script = fileURLToPath(new URL('stop-during-list.ts', import.meta.url));
    const args = [script, clients.throughProxy(proxy, cluster), namespace];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
    assert.equal(stdout, 'stopped\n');
    assert.equal(proxy.requests.length, 1);
  });

  it('hears of nothing after a stop', async () => {
    const informer = anInformer(world);
    const running = informer.run(stop.signal);
    await informer.synced;
    stop.abort();
    await running;
    await write('a', '1');
    await sleep(300);
    assert.deepEqual(heard, []);
  });

  describe('has missed nothing after', () => {
    /** The world changes while the fault lasts: something is made, something changed, and something deleted. */
    async function changeTheWorld(): Promise<void> {
      await write('made', 'ü€😀');
      await write('changed', '2');
      await remove('deleted');
    }
    const changed = ['changed=2', 'made=ü€😀'];
    /** What handlers must have heard, in whatever pieces. */
    const heardAll = () => {
      for (const change of ['added made=ü€😀', 'updated changed=2', 'deleted deleted=1']) {
        assert.equal(heard.filter((one) => one === change).length, 1, `${change} in ${heard.join(', ')}`);
      }
    };

    async function settledInformer(): Promise<Informer<ConfigMap>> {
      await write('changed', '1');
      await write('deleted', '1');
      const informer = await started(anInformer(throughProxy()));
      await eventually(() => assert.equal(proxy.openWatches, 1));
      return informer;
    }

    const errorEvent = (code: number, reason: string) =>
      `${JSON.stringify({ type: 'ERROR', object: status(code, reason) })}\n`;

    const bookmark = (resourceVersion: string) =>
      `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } })}\n`;

    /** `lasts`: so many requests meet the fault before it ends. */
    const faults: readonly { name: string; begin: () => void; lasts?: number }[] = [
      { name: 'a reset', begin: () => proxy.resetWatches() },
      { name: 'a reset in the middle of an event', begin: () => proxy.resetMidEvent() },
      { name: 'a connection that is half open', begin: () => proxy.goHalfOpen() },
      { name: 'a line that is no JSON', begin: () => proxy.sayInWatches('{"type":"ADDED","obj\n') },
      { name: 'events in single bytes', begin: () => proxy.dripWatches() },
      { name: 'a 410 in an event', begin: () => proxy.sayInWatches(errorEvent(410, 'Expired')) },
      {
        name: 'a 410 for its version',
        lasts: 1,
        begin: () => {
          proxy.rule = ({ watch }) =>
            watch ? { kind: 'answer', status: 410, body: status(410, 'Expired') } : undefined;
          proxy.resetWatches();
        },
      },
      {
        name: 'a repetition of all events from the first one on',
        lasts: 1,
        begin: () => {
          proxy.rule = ({ watch, url }) =>
            watch ? { kind: 'rewrite', url: url.replace(/resourceVersion=\d+/, 'resourceVersion=1') } : undefined;
          proxy.resetWatches();
        },
      },
      {
        // The API server then says nothing in a watch from where we believe to be.
        name: 'a version that is yet to come, as after a restore of etcd',
        begin: () => proxy.sayInWatches(bookmark(`${2n ** 40n}`)),
      },
      { name: 'another error in an event', begin: () => proxy.sayInWatches(errorEvent(500, 'InternalError')) },
      {
        name: 'watches that are closed as soon as they open',
        lasts: 3,
        begin: () => {
          proxy.rule = ({ watch }) => (watch ? { kind: 'answer', status: 200, body: '' } : undefined);
          proxy.resetWatches();
        },
      },
      {
        name: 'an API server that is away',
        lasts: 3,
        begin: () => {
          proxy.rule = () => ({ kind: 'reset' });
          proxy.resetWatches();
        },
      },
      {
        name: 'an API server that never answers',
        lasts: 3,
        begin: () => {
          proxy.rule = () => ({ kind: 'silence' });
          proxy.goHalfOpen();
        },
      },
      {
        name: 'an API server that answers 500 to everything',
        lasts: 3,
        begin: () => {
          proxy.rule = () => ({ kind: 'answer', status: 500, body: status(500, 'InternalError') });
          proxy.resetWatches();
        },
      },
      {
        name: 'a token that is refused for a while',
        lasts: 3,
        begin: () => {
          proxy.rule = () => ({ kind: 'answer', status: 401, body: status(401, 'Unauthorized') });
          proxy.resetWatches();
        },
      },
    ];
    for (const { name, begin, lasts = 0 } of faults) {
      it(name, async () => {
        const informer = await settledInformer();
        const before = proxy.requests.length;
        begin();
        await changeTheWorld();
        await eventually(() => assert.ok(proxy.requests.length >= before + lasts, `${proxy.requests.length} requests`));
        proxy.rule = () => undefined;
        await holds(informer, changed);
        heardAll();
      });
    }
  });

  it('begins a list again after a 410 on its second page', async () => {
    await writeMany(501);
    let expired = 0;
    proxy.rule = ({ url }) => {
      if (!url.includes('continue=') || expired === 2) return undefined;
      expired += 1;
      return { kind: 'answer', status: 410, body: status(410, 'Expired') };
    };
    const informer = await started(anInformer(throughProxy()));
    assert.equal(informer.list().length, 501);
    assert.equal(expired, 2);
  }).timeout(60_000);

  it('pauses instead of reconnecting in a loop when watches are closed at once', async () => {
    const informer = await started(anInformer(throughProxy()));
    await eventually(() => assert.equal(proxy.openWatches, 1));
    proxy.rule = ({ watch }) => (watch ? { kind: 'answer', status: 200, body: '' } : undefined);
    const before = proxy.requests.length;
    proxy.resetWatches();
    await sleep(2000);
    const watches = proxy.requests.slice(before).filter(({ watch }) => watch).length;
    assert.ok(watches >= 2 && watches <= 8, `${watches} watches in 2 s`);
    assert.deepEqual(contents(informer), []);
  });
});
