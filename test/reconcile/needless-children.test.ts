import assert from 'node:assert/strict';
import { apiVersion, childFinalizer } from '../../src/api/group.ts';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.ts';
import { findResource } from '../../src/observe/resource.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { mtlsGatewayPlan } from '../../src/plan/mtls-gateway.ts';
import { releaseNeedless } from '../../src/reconcile/needless-children.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import { Failure } from '../../src/std/failure.ts';
import { aGatewayResource, serverRequest } from '../plan/given.ts';
import { aRun, Cluster, type Told } from './given.ts';

const key = { kind: 'MtlsGateway', namespace: 'shop', name: 'test-com' };
const secret = certificateSecret(aGatewayResource(), serverRequest, { chainPem: '', keyPem: '', trustPem: '' });
const deleted = { deletionTimestamp: '2026-11-22T10:00:00Z' };
const theirs = 'example.com/theirs';

const child = (metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  ...secret,
  metadata: { ...secret.metadata, uid: 's', resourceVersion: '7', finalizers: [theirs, childFinalizer], ...metadata },
});
const resource = (uid: string, metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  ...{ apiVersion, kind: key.kind, spec: {} },
  metadata: { namespace: key.namespace, name: key.name, uid, resourceVersion: '7', generation: 1, ...metadata },
});
const living = resource('uid-of-test-com');
const dying = resource('uid-of-test-com', deleted);
const another = resource('another');

describe('a Secret or ConfigMap that our finalizer holds', () => {
  const told: Told = { events: [], lines: [] };
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => cluster.reset());
  after(() => cluster.stop());

  /** `there`: what the API server has; `seen`: what the watch shows. */
  const goes = async (held: KubeObject, there: KubeObject | undefined, seen: KubeObject | undefined) => {
    cluster.put(held);
    if (there !== undefined) cluster.put(there);
    const run = aRun(cluster, told);
    const watched = seen && findResource(key, { ...run.resources, get: () => seen });
    const ended = await releaseNeedless(key, watched, run).then(
      () => 'goes on',
      (error: unknown) => (error instanceof Failure ? error.reason : error),
    );
    const [write, ...more] = cluster.writes;
    assert.deepEqual(more, []);
    if (write === undefined) return { ended, released: false };
    assert.deepEqual(write.body, { metadata: { uid: 's', resourceVersion: '7', finalizers: [theirs] } });
    return { ended, released: true };
  };

  for (const { name, held, there, seen, want } of [
    { name: 'stays with its resource', held: child(), there: living, seen: living, want: [false, 'goes on'] },
    {
      name: 'is let go when it is deleted and its resource lives, and the reconcile begins anew',
      held: child(deleted),
      there: living,
      seen: living,
      want: [true, 'Conflict'],
    },
    {
      name: 'stays when it is deleted with its resource, of which the watch has yet to tell',
      held: child(deleted),
      there: dying,
      seen: living,
      want: [false, 'Conflict'],
    },
    {
      name: 'stays when it is deleted and its resource is gone, of which the watch has yet to tell',
      held: child(deleted),
      there: undefined,
      seen: living,
      want: [false, 'Conflict'],
    },
    {
      name: 'stays while its resource is deleted',
      held: child(deleted),
      there: dying,
      seen: dying,
      want: [false, 'goes on'],
    },
    {
      name: 'is let go when its resource is gone',
      held: child(deleted),
      there: undefined,
      seen: undefined,
      want: [true, 'goes on'],
    },
    {
      name: 'is let go when its resource is gone, although nobody deletes it',
      held: child({ ownerReferences: [] }),
      there: undefined,
      seen: undefined,
      want: [true, 'goes on'],
    },
    {
      name: 'stays when only the watch shows no resource',
      held: child(deleted),
      there: living,
      seen: undefined,
      want: [false, 'Conflict'],
    },
    {
      name: 'is let go when another resource has the name now',
      held: child(deleted),
      there: another,
      seen: another,
      want: [true, 'goes on'],
    },
    {
      name: 'stays when the watch shows another resource than the API server has',
      held: child(deleted),
      there: living,
      seen: another,
      want: [false, 'Conflict'],
    },
  ] as const) {
    it(name, async () => {
      const [released, ended] = want;
      assert.deepEqual(await goes(held, there, seen), { released, ended });
    });
  }

  it('asks nobody where there is nothing to let go', async () => {
    cluster.put(child({ finalizers: [theirs], ...deleted }));
    const run = { ...aRun(cluster, told), kube: undefined as never };
    await releaseNeedless(key, undefined, run);
  });

  it('is taken for gone where the API server has it no longer', async () => {
    const run = aRun(cluster, told);
    const secrets = { ...run.secrets, byIndex: () => [child(deleted)] };
    await releaseNeedless(key, undefined, { ...run, secrets });
    assert.equal(cluster.writes.length, 1);
  });

  it('is let go with its resource by uid, whatever became of its owner references', async () => {
    cluster.put(child({ ownerReferences: [] }));
    cluster.put(child({ ...deleted, name: 'of-another', annotations: {}, ownerReferences: [] }));
    const owned = certificateSecret(aGatewayResource({}, 'other'), serverRequest, {
      ...{ chainPem: '', keyPem: '', trustPem: '' },
    });
    cluster.put({ ...owned, metadata: { ...owned.metadata, name: 'of-other' } });
    const run = aRun(cluster, told, { resources: { ...aRun(cluster, told).resources, get: () => dying } });
    await reconcileBy(mtlsGatewayPlan, run)(key, run);
    assert.deepEqual(
      cluster.writes.map(({ method, path }) => [method, path.split('/').at(-1)]),
      [['PATCH', 'test-com-server']],
    );
  });
});
