import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pino from 'pino';
import type { KubeClient } from '../../../src/kube/client.ts';
import { ReferencedObjects } from '../../../src/kube/referenced.ts';
import { type Secret, secrets } from '../../../src/model/kube-object.ts';
import { useCluster } from '../../harness/cluster.ts';
import { eventually } from '../../harness/eventually.ts';
import { FaultyProxy } from '../../harness/faulty-proxy.ts';
import { Clients, partsOf } from './clients.ts';

const never = new AbortController().signal;

describe('referenced objects', () => {
  const cluster = useCluster();
  let clients: Clients;
  /** Straight to the API server: the rest of the world. */
  let world: KubeClient;
  let proxy: FaultyProxy;
  let namespace: string;
  let stop: AbortController;

  before(() => {
    clients = new Clients();
    world = clients.open(cluster.kubeconfig).client;
  });
  after(() => clients.close());
  beforeEach(async () => {
    proxy = await FaultyProxy.start(partsOf(cluster));
    namespace = await cluster.namespace();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await proxy.stop();
  });

  const key = (name: string) => ({ namespace, name });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  async function write(name: string, value: string, metadata: object = {}): Promise<void> {
    const data = { value: base64(value) };
    const object: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { ...key(name), ...metadata }, data };
    if ((await world.create(secrets, object)).kind === 'created') return;
    await world.mergePatch(secrets, key(name), { data });
  }

  /** Not run yet. */
  function referencedObjects(): ReferencedObjects<Secret> {
    const { client } = clients.open(clients.throughProxy(proxy, cluster));
    const log = pino({ level: 'silent' });
    return new ReferencedObjects<Secret>({ client, type: secrets, namespaces: [namespace], random: Math.random, log });
  }

  async function started(referenced = referencedObjects()): Promise<ReferencedObjects<Secret>> {
    void referenced.run(stop.signal);
    await referenced.synced;
    return referenced;
  }

  const read = async (referenced: ReferencedObjects<Secret>, name: string) => {
    const value = (await referenced.read(key(name), never))?.data?.['value'];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
  };
  /** Names of the Secrets that were read whole. */
  const readWhole = () => proxy.requests.flatMap(({ url }) => /\/secrets\/([^?]+)/.exec(url)?.[1] ?? []);

  it('never come over the wire, large as they are, unless they are asked for', async () => {
    const size = 1_000_000;
    await write('wanted', 'first');
    for (let n = 0; n < 20; n += 1) await write(`large-${n}`, randomBytes(size / 2).toString('hex'));
    const referenced = await started();
    assert.equal(await read(referenced, 'wanted'), 'first');
    await world.mergePatch(secrets, key('large-0'), { metadata: { labels: { changed: '' } } });
    await write('wanted', 'second');
    await eventually(async () => assert.equal(await read(referenced, 'wanted'), 'second'));
    assert.deepEqual(readWhole(), ['wanted', 'wanted']);
    assert.ok(proxy.receivedBytes < 100_000, `${proxy.receivedBytes} bytes of ${20 * size}`);
  });

  it('are read once for each version, however often and by however many they are asked for', async () => {
    await write('a', '1');
    const referenced = await started();
    for (const version of ['1', '2']) {
      await write('a', version);
      await eventually(async () => assert.equal(await read(referenced, 'a'), version));
      const values = await Promise.all(Array.from({ length: 20 }, () => read(referenced, 'a')));
      assert.deepEqual(new Set(values), new Set([version]));
    }
    assert.deepEqual(readWhole(), ['a', 'a']);
  });

  it('are gone once they are deleted, and another one of the same name is read anew', async () => {
    await write('a', '1');
    const referenced = await started();
    assert.equal(await read(referenced, 'a'), '1');
    await world.delete(secrets, key('a'));
    await eventually(async () => assert.equal(await read(referenced, 'a'), undefined));
    await write('a', '2');
    await eventually(async () => assert.equal(await read(referenced, 'a'), '2'));
  });

  it('do not exist where the watch does not have them, and cost no request', async () => {
    const referenced = await started();
    assert.equal(await read(referenced, 'nobody'), undefined);
    assert.deepEqual(readWhole(), []);
  });

  it('are those of others: our own are watched elsewhere', async () => {
    await write('ours', '1', { labels: { 'app.kubernetes.io/managed-by': 'mtls-operator' } });
    await write('theirs', '1', { labels: { 'app.kubernetes.io/managed-by': 'cert-manager' } });
    const referenced = await started();
    assert.deepEqual([await read(referenced, 'ours'), await read(referenced, 'theirs')], [undefined, '1']);
  });

  it('say which one changed, without its content and without a copy of it in an annotation', async () => {
    await write('old', '1', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 's3cret' } });
    const referenced = await started();
    const heard: string[] = [];
    referenced.onChange(({ kind, object }) => {
      heard.push(`${kind} ${object.metadata.name}`);
      const { apiVersion, kind: objectKind, metadata, ...content } = object;
      assert.deepEqual([content, metadata.annotations], [{}, undefined]);
    });
    await write('new', '1');
    await write('old', '2');
    await world.delete(secrets, key('new'));
    await eventually(() => assert.deepEqual(heard, ['added old', 'added new', 'updated old', 'deleted new']));
  });

  it('are not kept as of a version that an event overtook', async () => {
    await write('a', '1');
    const referenced = await started();
    const held = Promise.withResolvers<void>();
    proxy.holdAnswers = ({ url }) => (url.includes('/secrets/a') ? held.promise : undefined);
    const early = read(referenced, 'a');
    await eventually(() => assert.deepEqual(readWhole(), ['a']));
    // The API server answers with the first version, and the answer is on its way while the second is written.
    await eventually(() => assert.equal(proxy.heldAnswers, 1));
    const heard = Promise.withResolvers<void>();
    referenced.onChange(({ kind }) => kind === 'updated' && heard.resolve());
    await write('a', '2');
    await heard.promise;
    proxy.holdAnswers = () => undefined;
    assert.equal(await read(referenced, 'a'), '2');
    held.resolve();
    assert.equal(await early, '1');
    assert.equal(await read(referenced, 'a'), '2');
    assert.deepEqual(readWhole(), ['a', 'a']);
  });

  it('can be waited for by many, of whom one may give up', async () => {
    await write('a', '1');
    const referenced = await started();
    const held = Promise.withResolvers<void>();
    proxy.holdAnswers = ({ url }) => (url.includes('/secrets/a') ? held.promise : undefined);
    const impatient = new AbortController();
    const given = referenced.read(key('a'), impatient.signal);
    const patient = read(referenced, 'a');
    await eventually(() => assert.equal(proxy.heldAnswers, 1));
    impatient.abort(new Error('given up'));
    await assert.rejects(given, { message: 'given up' });
    held.resolve();
    assert.equal(await patient, '1');
  });

  it('fail with what the API server answered, and are asked for again the next time', async () => {
    await write('a', '1');
    const referenced = await started();
    proxy.rule = ({ url }) => (url.includes('/secrets/a') ? { kind: 'answer', status: 403 } : undefined);
    await assert.rejects(() => referenced.read(key('a'), never), { reason: 'Forbidden' });
    proxy.rule = () => undefined;
    assert.equal(await read(referenced, 'a'), '1');
  });
});
