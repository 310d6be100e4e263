import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { RequestFacts } from '../../../src/kube/api-server.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import { configMaps, type KubeObject, type ResourceType, secrets } from '../../../src/model/kube-object.ts';
import { useCluster } from '../../harness/cluster.ts';
import { FaultyProxy } from '../../harness/faulty-proxy.ts';
import { Clients, partsOf } from './clients.ts';

const quotas: ResourceType = { group: '', version: 'v1', plural: 'resourcequotas', kind: 'ResourceQuota' };

describe('the client of the API server', () => {
  const cluster = useCluster();
  let clients: Clients;
  let client: KubeClient;
  let facts: RequestFacts[];
  let namespace: string;
  before(async () => {
    clients = new Clients();
    ({ client, facts } = clients.open(cluster.kubeconfig));
    namespace = await cluster.namespace();
  });
  after(() => clients.close());

  const aConfigMap = (name: string, data: object = {}): KubeObject => {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
  };
  const read = async (name: string) => (await client.get(configMaps, { namespace, name }))?.['data'];
  /** Who owns fields, from the raw object: `kube` itself drops it. */
  const managersOf = async (name: string) => {
    const { stdout } = await cluster.kubectl([
      '-n',
      namespace,
      'get',
      'configmap',
      name,
      '-o=json',
      '--show-managed-fields',
    ]);
    const fields: readonly { manager: string; operation: string }[] = JSON.parse(stdout).metadata.managedFields;
    return fields.map(({ manager, operation }) => `${manager} ${operation}`).sort();
  };

  it('says that there is no such object', async () => {
    assert.equal(await client.get(configMaps, { namespace, name: 'nobody' }), undefined);
  });

  it('creates an object once, and says the second time that it exists', async () => {
    const first = await client.create(configMaps, aConfigMap('twice', { k: 'ü' }));
    assert.ok(first.kind === 'created');
    assert.deepEqual(await client.get(configMaps, { namespace, name: 'twice' }), first.object);
    assert.deepEqual(await client.create(configMaps, aConfigMap('twice', { k: 'other' })), { kind: 'exists' });
    assert.deepEqual(await read('twice'), { k: 'ü' });
    assert.deepEqual(await managersOf('twice'), ['mtls-operator Update']);
  });

  it('patches what it names, and refuses when the version in the patch is not the current one', async () => {
    const created = await client.create(configMaps, aConfigMap('patched', { keep: '1', drop: '2' }));
    assert.ok(created.kind === 'created');
    const { resourceVersion } = created.object.metadata;
    const patch = (data: object) => ({ metadata: { resourceVersion }, data });
    const key = { namespace, name: 'patched' };
    const patched = await client.mergePatch(configMaps, key, patch({ drop: null, add: '3' }));
    assert.deepEqual(patched['data'], { keep: '1', add: '3' });
    await assert.rejects(() => client.mergePatch(configMaps, key, patch({ add: '4' })), { reason: 'Conflict' });
    assert.deepEqual(await read('patched'), { keep: '1', add: '3' });
  });

  it('patches only the object that was meant, also where it was deleted and made anew meanwhile', async () => {
    const key = { namespace, name: 'renewed-quota' };
    const create = () =>
      client.create(quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: key, spec: { hard: { pods: '1' } } });
    const former = await create();
    await client.delete(quotas, key);
    const present = await create();
    assert.ok(former.kind === 'created' && present.kind === 'created');
    const patch = (uid = '') => {
      const changes = { metadata: { uid }, status: { hard: { pods: '2' } } };
      return client.mergePatch(quotas, key, changes, { subresource: 'status' });
    };
    await assert.rejects(() => patch(former.object.metadata.uid), { class: 'transient', reason: 'Conflict' });
    assert.equal((await patch(present.object.metadata.uid)).metadata.uid, present.object.metadata.uid);
  });

  it('patches the status apart from the rest', async () => {
    const key = { namespace, name: 'quota' };
    await client.create(quotas, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: key,
      spec: { hard: { pods: '1' } },
    });
    const patch = { spec: { hard: { pods: '9' } }, status: { hard: { pods: '2' } } };
    const { spec, status } = await client.mergePatch(quotas, key, patch, { subresource: 'status' });
    assert.deepEqual(
      { spec, hard: Reflect.get(Object(status), 'hard') },
      { spec: { hard: { pods: '1' } }, hard: { pods: '2' } },
    );
  });

  it('applies its own fields and leaves those of others alone', async () => {
    await cluster.kubectl(['-n', namespace, 'create', 'configmap', 'shared', '--from-literal=theirs=1']);
    await client.apply(configMaps, aConfigMap('shared', { ours: '1', also: '1' }), { force: false });
    assert.deepEqual(await read('shared'), { theirs: '1', ours: '1', also: '1' });
    await client.apply(configMaps, aConfigMap('shared', { ours: '2' }), { force: false });
    assert.deepEqual(await read('shared'), { theirs: '1', ours: '2' });
    assert.deepEqual(await managersOf('shared'), ['kubectl-create Update', 'mtls-operator Apply']);
  });

  it('takes a field of another manager only by force', async () => {
    await cluster.kubectl(['-n', namespace, 'create', 'configmap', 'contested', '--from-literal=k=theirs']);
    const apply = (force: boolean) => client.apply(configMaps, aConfigMap('contested', { k: 'ours' }), { force });
    await assert.rejects(() => apply(false), { reason: 'Conflict' });
    assert.deepEqual((await apply(true))['data'], { k: 'ours' });
  });

  it('deletes only the object that was meant, and is content when it is gone', async () => {
    const created = await client.create(configMaps, aConfigMap('goner'));
    assert.ok(created.kind === 'created');
    const { uid = '' } = created.object.metadata;
    const key = { namespace, name: 'goner' };
    await assert.rejects(() => client.delete(configMaps, key, { uid: 'of another' }), { reason: 'Conflict' });
    await client.delete(configMaps, key, { uid });
    await client.delete(configMaps, key, { uid });
    assert.equal(await client.get(configMaps, key), undefined);
  });

  it('names the field that the API server refuses', async () => {
    await assert.rejects(() => client.create(configMaps, aConfigMap('in..valid')), {
      class: 'permanent',
      reason: 'Invalid',
      message: `Cannot create configmaps ${namespace}/in..valid: the API server rejects metadata.name`,
    });
  });

  for (const { name, object } of [
    { name: 'a value', object: { binaryData: { k: 's3cret, and no base64' } } },
    { name: 'a name inside of a field', object: { data: { 's3cret name': 'v' } } },
  ]) {
    it(`does not repeat ${name} that the API server refuses`, async () => {
      const create = () => client.create(configMaps, { ...aConfigMap('secretive'), ...object });
      await assert.rejects(create, ({ message }: Error) => /^Cannot create/.test(message) && !/s3cret/.test(message));
    });
  }

  it('tells an administrator which right is missing', async () => {
    const path = clients.asUser(cluster, { token: partsOf(cluster).token, as: 'nobody' });
    await assert.rejects(() => clients.open(path).client.get(secrets, { namespace, name: 'x' }), {
      class: 'permanent',
      reason: 'Forbidden',
      message: `The API server forbids the operator to get secrets of the core group in namespace ${namespace}: see its RBAC, quotas and admission policies`,
    });
  });

  it('does not trust a server that the CA of the kubeconfig did not certify', async () => {
    const path = clients.kubeconfig({ server: cluster.url }, { token: partsOf(cluster).token });
    await assert.rejects(() => clients.open(path).client.get(secrets, { namespace, name: 'x' }), {
      reason: 'ApiServerUnreachable',
      message: /CERT|SIGNATURE/,
    });
  });

  it('trusts a new CA as soon as its file holds it', async () => {
    const { url, ca, token } = partsOf(cluster);
    const caFile = clients.path('ca.crt');
    writeFileSync(caFile, rootCertificates[0] ?? '');
    const path = clients.kubeconfig({ server: url, 'certificate-authority': caFile }, { token });
    const rotating = clients.open(path).client;
    await assert.rejects(() => rotating.get(configMaps, { namespace, name: 'x' }), { reason: 'ApiServerUnreachable' });
    writeFileSync(caFile, ca);
    assert.equal(await rotating.get(configMaps, { namespace, name: 'x' }), undefined);
  });

  it('reads the token file again when the server refuses the token', async () => {
    const tokenFile = clients.path('token');
    writeFileSync(tokenFile, 'expired');
    const path = clients.asUser(cluster, { 'auth-provider': { name: 'file', config: { tokenFile } } });
    const rotating = clients.open(path);
    await assert.rejects(() => rotating.client.get(configMaps, { namespace, name: 'x' }), { reason: 'Unauthorized' });
    writeFileSync(tokenFile, `${partsOf(cluster).token}\n`);
    assert.equal(await rotating.client.get(configMaps, { namespace, name: 'x' }), undefined);
    assert.deepEqual(
      rotating.facts.map(({ code }) => code),
      [401, 401, 401, 404],
    );
  });

  it('counts every request with verb, resource and code', async () => {
    facts.length = 0;
    await client.create(configMaps, aConfigMap('counted'));
    await client.create(configMaps, aConfigMap('counted'));
    await client.delete(configMaps, { namespace, name: 'counted' });
    assert.deepEqual(facts, [
      { verb: 'create', resource: 'configmaps', code: 201 },
      { verb: 'create', resource: 'configmaps', code: 409 },
      { verb: 'delete', resource: 'configmaps', code: 200 },
    ]);
  });

  describe('through a network that fails', () => {
    let proxy: FaultyProxy;
    let proxied: { readonly client: KubeClient; readonly facts: RequestFacts[] };
    beforeEach(async () => {
      proxy = await FaultyProxy.start(partsOf(cluster));
      const timeouts = { callMilliseconds: 500, connectMilliseconds: 500 };
      proxied = clients.open(clients.throughProxy(proxy, cluster), { timeouts });
    });
    afterEach(async () => {
      await proxied.client.close();
      await proxy.stop();
    });

    const codes = () => proxied.facts.map(({ code }) => code);
    /** A rule for the first `count` requests. */
    const first = (count: number, fault: ReturnType<FaultyProxy['rule']>) => () =>
      proxy.requests.length <= count ? fault : undefined;

    it('repeats a read after a reset, a restart and a rejection', async () => {
      const faults = [
        { kind: 'reset' } as const,
        { kind: 'answer', status: 503 } as const,
        { kind: 'answer', status: 429 } as const,
      ];
      proxy.rule = () => faults[proxy.requests.length - 1];
      assert.equal(await proxied.client.get(configMaps, { namespace, name: 'nobody' }), undefined);
      assert.deepEqual(codes(), [undefined, 503, 429, 404]);
    });

    it('waits as long as the server asks for', async () => {
      proxy.rule = first(1, { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
      const start = performance.now();
      await proxied.client.get(configMaps, { namespace, name: 'nobody' });
      assert.ok(performance.now() - start >= 1000);
    });

    it('gives up on a server that never answers, in a bounded time', async () => {
      proxy.rule = () => ({ kind: 'silence' });
      const get = () => proxied.client.get(configMaps, { namespace, name: 'x' });
      await assert.rejects(get, { class: 'transient', reason: 'ApiServerUnreachable', message: /TimeoutError/ });
      assert.equal(codes().length, 4);
    });

    it('does not repeat a creation whose answer was lost, and finds the object the next time', async () => {
      proxy.rule = first(1, { kind: 'loseAnswer' });
      await assert.rejects(() => proxied.client.create(configMaps, aConfigMap('lost')), {
        reason: 'ApiServerUnreachable',
      });
      assert.deepEqual(await proxied.client.create(configMaps, aConfigMap('lost')), { kind: 'exists' });
      assert.deepEqual(codes(), [undefined, 409]);
    });

    it('ends at once, without another try, when its caller gives up', async () => {
      proxy.rule = () => ({ kind: 'silence' });
      const reason = new Error('given up');
      const abort = new AbortController();
      const get = proxied.client.get(configMaps, { namespace, name: 'x' }, abort.signal);
      abort.abort(reason);
      await assert.rejects(get, reason);
      assert.ok(proxy.requests.length <= 1);
    });
  });
});
