import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from '../../src/controller/outcome.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { Quarantine } from '../../src/quarantine/quarantine.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import { aKindPlan, aRun, Cluster, type Told } from './given.ts';

const key = { namespace: 'shop', name: 'web' };
const kind = 'MtlsGateway';

function aResource(generation: number, more: object = {}): KubeObject {
  const metadata = { ...key, uid: 'u1', resourceVersion: '1', generation, ...more };
  return { apiVersion: 'mtls-operator.dev/v1alpha1', kind, metadata, spec: { hosts: ['test.com'] }, status: {} };
}

describe('a resource on which an operator died', () => {
  let cluster: Cluster;
  let directory = '';
  let told: Told;
  let isolated: string[] = [];
  let walked = 0;
  /** Whether the process dies when it comes to the resource. */
  let isDeadly = false;
  let quarantine: Quarantine;
  let death: PromiseWithResolvers<'died'>;
  /** Ends what would go on for ever. */
  let stop: AbortController;

  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.stop());
  beforeEach(() => {
    cluster.reset();
    directory = mkdtempSync(join(tmpdir(), 'set-aside-'));
    [told, isolated, walked, isDeadly] = [{ events: [], lines: [] }, [], 0, true];
    cluster.put(aResource(1));
    stop = new AbortController();
    begin();
  });
  afterEach(() => {
    stop.abort();
    rmSync(directory, { recursive: true });
  });

  /** A process after the one before it died. */
  function begin(): void {
    quarantine = Quarantine.open(directory, aRun(cluster, told).log);
  }

  const plan = aKindPlan({
    parts: ['CertificatesReady'],
    // A process that died never comes back from here.
    *follow() {
      walked += 1;
      if (!isDeadly) return;
      death.resolve('died');
      for (;;) yield;
    },
  });
  const reconcile = async (alone = false) => {
    death = Promise.withResolvers();
    const isolate = ({ name }: { readonly name: string }) => void isolated.push(name);
    const run = aRun(cluster, told, { quarantine, isolate, alone, signal: stop.signal });
    const ended = reconcileBy(plan, run)(key, run);
    return await Promise.race([ended, death.promise]);
  };
  const ready = () => {
    const { conditions = [] } = (cluster.get(kind, key.name)?.['status'] ?? {}) as {
      conditions?: { type: string; status: string; reason: string }[];
    };
    return conditions
      .filter(({ type }) => type !== 'CertificatesReady')
      .map(({ type, status, reason }) => `${type} ${status} ${reason}`);
  };
  const died = async (alone = false) => {
    assert.equal(await reconcile(alone), 'died');
    begin();
  };

  it('is kept for the end, and nothing is written', async () => {
    await died();
    assert.deepEqual(await reconcile(), settled);
    assert.deepEqual([isolated, walked, cluster.writes.length], [['web'], 1, 0]);
  });

  it('goes on as ever once it went well alone', async () => {
    await died();
    isDeadly = false;
    assert.notEqual(await reconcile(true), 'died');
    assert.notEqual(await reconcile(), 'died');
    assert.deepEqual([isolated, walked], [[], 3]);
    begin();
    assert.notEqual(await reconcile(), 'died');
    assert.equal(walked, 4);
  });

  it('goes on as ever also where it failed alone', async () => {
    await died();
    const run = aRun(cluster, told, { quarantine, alone: true });
    await reconcileBy(
      {
        ...plan,
        follow: () => {
          throw new TypeError('odd');
        },
      },
      run,
    )(key, run).catch(() => {});
    isDeadly = false;
    assert.notEqual(await reconcile(), 'died');
    assert.deepEqual(isolated, []);
  });

  it('is left alone and told of once the process died on it alone, and is not written to again', async () => {
    await died();
    await died(true);
    await reconcile();
    assert.deepEqual(ready(), ['Ready False Quarantined', 'Stalled True Quarantined']);
    assert.deepEqual(
      told.events.map(({ type, reason, note }) => [type, reason, note.startsWith('The operator crashed twice')]),
      [['Warning', 'Quarantined', true]],
    );
    const writes = cluster.writes.length;
    for (const alone of [false, true]) assert.notEqual(await reconcile(alone), 'died');
    assert.deepEqual([walked, cluster.writes.length, isolated], [2, writes, []]);
  });

  it('is tried again after an edit, alone, and acquitted', async () => {
    await died();
    await died(true);
    await reconcile();
    const { status } = cluster.get(kind, key.name) as KubeObject;
    cluster.put({ ...aResource(2), status });
    isDeadly = false;
    assert.deepEqual(await reconcile(), settled);
    assert.deepEqual(isolated, ['web']);
    await reconcile(true);
    assert.deepEqual(ready(), ['Ready True Ready']);
    await reconcile();
    assert.deepEqual(isolated, ['web']);
  });

  it('is deleted all the same', async () => {
    await died();
    await died(true);
    cluster.put(aResource(2, { deletionTimestamp: '2026-11-22T10:00:00Z' }));
    assert.deepEqual(await reconcile(), settled);
    assert.deepEqual(isolated, []);
  });

  it('is kept for the end by a process that knows of it from the status only', async () => {
    await died();
    await died(true);
    await reconcile();
    const run = aRun(cluster, told);
    const asked: string[] = [];
    const elsewhere = { ...run, isolate: ({ name }: { readonly name: string }) => void asked.push(name) };
    assert.deepEqual(await reconcileBy(plan, elsewhere)(key, elsewhere), settled);
    assert.deepEqual([asked, walked], [['web'], 2]);
  });
});
