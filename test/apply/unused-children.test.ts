import assert from 'node:assert/strict';
import { apply } from '../../src/apply/apply.ts';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.ts';
import { observe } from '../../src/observe/observe.ts';
import { placesOf } from '../../src/plan/certificates/request.ts';
import { gatewayCertificates, upstreamCertificates } from '../../src/plan/certificates/requests.ts';
import { certificateSecret, nginxConfigMap } from '../../src/plan/children/secret.ts';
import { planUnused } from '../../src/plan/children/unused.ts';
import { Draft } from '../../src/plan/draft.ts';
import { mtlsUpstreamPlan } from '../../src/plan/mtls-upstream.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { transient } from '../../src/std/failure.ts';
import { finish } from '../../src/std/steps.ts';
import { aGatewayResource, anUpstreamResource } from '../plan/given.ts';
import { aRun, Cluster, type Told } from '../reconcile/given.ts';

const content = { chainPem: '', keyPem: '', trustPem: '' };
const upstream = anUpstreamResource();
const retaining = anUpstreamResource({ unusedSecretPolicy: 'Retain' });

const stored = <Kind extends KubeObject>(child: Kind, metadata: Partial<ObjectMeta> = {}) => ({
  ...child,
  metadata: { ...child.metadata, uid: `uid-of-${child.metadata.name}`, resourceVersion: '7', ...metadata },
});
const secret = (secretName: string, metadata: Partial<ObjectMeta> = {}) =>
  stored(certificateSecret(upstream, { role: 'client', secretName }, content), metadata);
const configMap = (configMapName: string) => {
  const nginx = { ...upstream.spec.nginx, configMapName };
  return stored(nginxConfigMap({ ...upstream, spec: { ...upstream.spec, nginx } }, '', ''));
};
const handedOver = { ...secret('old').metadata.annotations, 'mtls-operator.dev/adopt': 'MtlsUpstream/mtls-nginx' };
const asStored = ({ metadata, ...rest }: typeof upstream): KubeObject => ({
  apiVersion: 'mtls-operator.dev/v1alpha1',
  ...rest,
  metadata: { ...metadata },
});
const used = { secrets: ['in-use'], configMaps: ['conf-in-use'] };

describe('what the spec no longer asks for', () => {
  let told: Told;
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => {
    cluster.reset();
    told = { events: [], lines: [] };
    for (const object of [asStored(upstream), secret('in-use'), configMap('conf-in-use')]) cluster.put(object);
  });
  after(() => cluster.stop());

  const settled = () => new Draft(['NginxReady']);
  const failed = () => {
    const draft = settled();
    // biome-ignore lint/correctness/useYield: it takes no time
    const way = function* () {
      throw transient('NotEnforced', 'somebody was let in');
    };
    finish(draft.follow(way()));
    return draft;
  };
  const reloading = () => {
    const draft = settled();
    const pending = transient('NginxReloading', 'the former one is served');
    // biome-ignore lint/correctness/useYield: it takes no time
    const part = function* () {
      return { value: true, reason: 'Serving', message: '', pending };
    };
    finish(draft.part('NginxReady', part()));
    return draft;
  };
  /** The end of a plan, and what it comes to. */
  const removeUnused = async (resource: typeof upstream, draft: Draft, run: Run) => {
    const observed = await observe(mtlsUpstreamPlan, resource, {}, run);
    planUnused(resource, used, { draft, observed, now: observed.startedAt });
    const { needed } = draft;
    if (needed !== undefined && 'steps' in needed) return await apply(needed.steps, observed, run);
    return observed;
  };
  const writes = () => cluster.writes.map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`);

  it('is let go and deleted, as it was seen, and told of in one Event', async () => {
    for (const child of [secret('old'), configMap('conf-old')]) cluster.put(child);
    await removeUnused(upstream, settled(), aRun(cluster, told));
    assert.deepEqual(writes(), [
      'PATCH secrets/old',
      'DELETE secrets/old',
      'PATCH configmaps/conf-old',
      'DELETE configmaps/conf-old',
    ]);
    const [patched, deleted] = cluster.writes.map(({ body }) => body);
    assert.deepEqual(patched, { metadata: { uid: 'uid-of-old', resourceVersion: '7', finalizers: [] } });
    assert.deepEqual(deleted?.['preconditions'], { uid: 'uid-of-old', resourceVersion: '7' });
    assert.deepEqual(
      told.events.map(({ type, reason, note }) => [type, reason, note]),
      [['Normal', 'Removed', 'Deleted, since the spec no longer needs them: ConfigMap conf-old, Secret old']],
    );
  });

  it('is deleted at once where nothing of ours holds it any more', async () => {
    cluster.put(secret('old', { finalizers: [] }));
    await removeUnused(upstream, settled(), aRun(cluster, told));
    assert.deepEqual(writes(), ['DELETE secrets/old']);
  });

  for (const { name, child, resource = upstream, draft = settled, isReferredTo = () => false } of [
    { name: 'is there no more', child: secret('in-use') },
    { name: 'has no owner', child: secret('old', { ownerReferences: [] }) },
    { name: 'was handed over by a person', child: secret('old', { annotations: handedOver }) },
    { name: 'is a copy of one of ours, marks and all', child: secret('in-use', { name: 'old' }) },
    { name: 'is of an older version, whose marks a copy has too', child: secret('old', { annotations: {} }) },
    {
      name: 'is of an earlier resource of that name',
      child: stored(certificateSecret(withUid('earlier'), { role: 'client', secretName: 'old' }, content)),
    },
    { name: 'is to be retained', child: secret('old'), resource: retaining },
    { name: 'is on its way out', child: secret('old', { deletionTimestamp: '2026-11-22T10:00:00Z' }) },
    { name: 'is referred to', child: secret('old'), isReferredTo: () => true },
    { name: 'may still be needed, since something has failed', child: secret('old'), draft: failed },
    { name: 'may still be needed, since NGINX has yet to load the next', child: secret('old'), draft: reloading },
  ]) {
    it(`is left alone where it ${name}`, async () => {
      cluster.put(child);
      const run = aRun(cluster, told, { isReferredTo });
      await removeUnused(resource, draft(), run);
      assert.deepEqual([writes(), told.events], [[], []]);
    });
  }

  for (const { name, current } of [
    { name: 'has been edited since', current: edited() },
    { name: 'is another one by now', current: asStored(withUid('later')) },
  ]) {
    it(`is left alone where the resource at the API server ${name}, which the watch has yet to show`, async () => {
      cluster.put(secret('old'));
      cluster.put(current);
      await removeUnused(upstream, settled(), aRun(cluster, told));
      assert.deepEqual([writes(), told.events], [[], []]);
    });
  }

  it('tells of what is gone also where the next cannot be deleted', async () => {
    for (const child of [secret('old-1'), secret('old-2')]) cluster.put(child);
    const run = aRun(cluster, told);
    const secrets: Run['secrets'] = {
      ...run.secrets,
      write: async ({ name }, send) => {
        if (name === 'old-2') throw transient('Conflict', 'it was changed meanwhile');
        return await send();
      },
    };
    await assert.rejects(removeUnused(upstream, settled(), { ...run, secrets }), { reason: 'Conflict' });
    assert.deepEqual(
      told.events.map(({ note }) => note),
      ['Deleted, since the spec no longer needs them: Secret old-1'],
    );
  });

  function edited(): KubeObject {
    const { metadata } = upstream;
    return asStored({ ...upstream, metadata: { ...metadata, generation: metadata.generation + 1 } });
  }

  function withUid(uid: string) {
    return { ...upstream, metadata: { ...upstream.metadata, uid } };
  }
});

describe('the Secrets that a spec asks for', () => {
  const names = (requests: Parameters<typeof placesOf>[0]) => placesOf(requests).map(({ secretName }) => secretName);
  for (const { name, found, want } of [
    {
      name: 'CA, server and clients of an MtlsGateway',
      found: names(gatewayCertificates(aGatewayResource())),
      want: ['test-com-ca', 'test-com-server', 'test-com-curl'],
    },
    {
      name: 'CA, server and client of an MtlsUpstream',
      found: names(upstreamCertificates(upstream)),
      want: ['mtls-nginx-ca', 'mtls-nginx-server', 'mtls-nginx-client'],
    },
    {
      name: 'the copies of a CA that signs and of a certificate for NGINX, and not what was brought along',
      found: names(
        upstreamCertificates(
          anUpstreamResource({ ca: { secretRef: { name: 'a' } }, serverCertificate: { secretRef: { name: 'b' } } }),
        ),
      ),
      want: ['mtls-nginx-signing-ca', 'mtls-nginx-server', 'mtls-nginx-client'],
    },
  ]) {
    it(`are ${name}`, () => assert.deepEqual(found, want));
  }
});
