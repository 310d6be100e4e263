import assert from 'node:assert/strict';
import { finalizer } from '../../src/api/group.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { permanent } from '../../src/std/failure.ts';
import { AdminFiles, AdminServer, answer } from '../gateway/admin-server.ts';
import { ownLabels } from '../harness/own-labels.ts';
import { aKindPlan, aRun, Cluster, controlPlane, type Told } from './given.ts';

const key = { namespace: 'shop', name: 'web' };
const kind = 'MtlsGateway';
const gone = { kind, metadata: { ...key, uid: 'former' } };
const aResource = (uid: string, metadata = {}): KubeObject => ({
  apiVersion: 'mtls-operator.dev/v1alpha1',
  kind,
  metadata: {
    ...key,
    uid,
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-11-22T09:00:00Z',
    ...metadata,
  },
  spec: { gatewayRef: { name: 'new', group: 'default' } },
  status: {},
});
const deleted = { deletionTimestamp: '2026-11-22T10:00:00Z', finalizers: [finalizer] };

/** A resource that this process has served at the gateway `old` is gone: somebody took its finalizer off. */
describe('what is left of a resource that is gone', () => {
  const files = new AdminFiles();
  const held = new Map<string, Record<string, unknown>>();
  let cluster: Cluster;
  let old: AdminServer;
  let next: AdminServer;
  let told: Told;
  let run: Run;
  /** Where the course puts something. */
  let serves: string;
  let fails: Error | undefined;
  let walked: string[];

  const plan = aKindPlan({
    parts: [],
    // biome-ignore lint/correctness/useYield: it takes no time
    *follow({ metadata }, course) {
      walked.push(metadata.uid);
      if (fails !== undefined) throw fails;
      course.gateways = [serves];
      course.draft.setGateway({ group: serves, objects: [] });
    },
  });
  before(async () => {
    [cluster, old, next] = await Promise.all([Cluster.start(), AdminServer.start(), AdminServer.start()]);
  });
  beforeEach(() => {
    for (const server of [cluster, old, next]) server.reset();
    held.clear();
    held.set('certificates/mtls-1', {
      id: 'mtls-1',
      labels: ownLabels({ cluster: 'c', kind, ...key, uid: 'former' }),
    });
    next.behave = controlPlane(new Map());
    [told, serves, fails, walked] = [{ events: [], lines: [] }, 'new/default', undefined, []];
    const configs = [files.config(old.url, { name: 'old' }), files.config(next.url, { name: 'new' })];
    const gateways = new Gateways(configs, { random: () => 0, readingAge: Temporal.Duration.from({ seconds: 0 }) });
    run = aRun(cluster, told, { gateways });
    run.memory.note(gone);
    run.memory.use(gone, ['old/default']);
  });
  after(async () => {
    await cluster.stop();
    for (const server of [old, next]) server.close();
    files.remove();
  });

  const reconcile = (world = run) => reconcileBy(plan, world)(key, { log: run.log, signal: run.signal });
  /** How long until the next look, or how it ended. */
  const ends = async () => {
    const outcome = await reconcile();
    if (outcome.kind === 'retry') return outcome.cause.reason;
    if (outcome.kind !== 'checkAgain') return outcome.kind;
    return `${outcome.at.since(run.clock.now()).total('minutes')} minutes`;
  };
  const isLeft = () => held.size > 0;

  for (const { name, resource, stuck, freed } of [
    { name: 'nobody has its name', resource: undefined, stuck: 'GatewayError', freed: 'settled' },
    {
      name: 'another one of its name is elsewhere',
      resource: aResource('next'),
      stuck: '5 minutes',
      freed: '54 minutes',
    },
    {
      name: 'another one of its name was elsewhere and is deleted',
      resource: aResource('next', deleted),
      stuck: 'GatewayError',
      freed: 'settled',
    },
  ]) {
    it(`is tried again (${stuck}) while its gateway fails and ${name}, and taken when it works (${freed})`, async () => {
      if (resource !== undefined) cluster.put(resource);
      old.behave = answer(500);
      assert.equal(await ends(), stuck);
      assert.equal(await ends(), stuck);
      assert.ok(isLeft());
      old.behave = controlPlane(held);
      assert.equal(await ends(), freed);
      assert.ok(!isLeft());
      old.reset();
      assert.equal(await ends(), freed);
      assert.deepEqual(old.requests, []);
    });
  }

  it('does not keep the next one from its own gateway, which its status tells of', async () => {
    cluster.put(aResource('next'));
    old.behave = answer(500);
    await reconcile();
    assert.deepEqual(walked, ['next']);
    assert.match(JSON.stringify(cluster.get(kind, key.name)?.['status']), /"group":"new\/default"/);
    assert.deepEqual(
      told.lines.filter(({ level }) => level > 30).map(({ msg, gateway, reason }) => [msg, gateway, reason]),
      [['cannot clear what a deleted resource left', 'old/default', 'GatewayError']],
    );
  });

  it('is taken also where the next one comes to nothing', async () => {
    cluster.put(aResource('next'));
    old.behave = controlPlane(held);
    fails = permanent('InvalidSpec', 'spec.hosts: it is wrong');
    await reconcile();
    assert.ok(!isLeft());
  });

  it('is left to the next one at the gateway where that has something itself', async () => {
    serves = 'old/default';
    cluster.put(aResource('next'));
    old.behave = controlPlane(held);
    assert.equal(await ends(), '54 minutes');
    assert.ok(isLeft());
    assert.deepEqual(old.requests, []);
  });

  it('is left where the configuration has that gateway no longer, and said once', async () => {
    run.memory.use(gone, ['unknown/default']);
    assert.equal(await ends(), 'settled');
    assert.equal(await ends(), 'settled');
    assert.deepEqual(
      told.lines.map(({ reason }) => reason),
      ['GatewayUnknown'],
    );
  });

  it('is remembered of several, one after another', async () => {
    cluster.put(aResource('second'));
    old.behave = answer(500);
    await reconcile();
    cluster.put(aResource('third'));
    next.behave = answer(500);
    serves = 'other/default';
    assert.equal(await ends(), '5 minutes');
    assert.deepEqual(walked, ['second', 'third']);
    assert.ok(next.requests.length > 0);
    next.behave = controlPlane(held);
    assert.equal(await ends(), '5 minutes');
    assert.ok(!isLeft());
  });

  describe('is not touched where the API server has that resource', () => {
    beforeEach(() => {
      cluster.put(aResource('former'));
      old.behave = controlPlane(held);
    });

    for (const { name, seen } of [
      { name: 'the watch shows none', seen: undefined },
      { name: 'the watch shows another one', seen: aResource('next') },
    ]) {
      it(`and ${name}`, async () => {
        const behind = { ...run, resources: { ...run.resources, get: () => seen } };
        for (let time = 0; time < 2; time += 1) await assert.rejects(reconcile(behind), { reason: 'Conflict' });
        assert.deepEqual([walked, cluster.writes, old.requests], [[], [], []]);
        assert.ok(isLeft());
        assert.equal(await ends(), '54 minutes');
        assert.deepEqual(walked, ['former']);
      });
    }
  });
});
