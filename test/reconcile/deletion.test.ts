import assert from 'node:assert/strict';
import { finalizer, annotations as known } from '../../src/api/group.ts';
import type { GatewayConfig } from '../../src/api/operator-config.ts';
import type { Status } from '../../src/api/status.ts';
import { Gateways } from '../../src/gateway/gateways.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { mtlsGatewayPlan } from '../../src/plan/mtls-gateway.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { AdminFiles, AdminServer, answer } from '../gateway/admin-server.ts';
import { ownLabels } from '../harness/own-labels.ts';
import { aRun, Cluster, controlPlane, type Told } from './given.ts';

const owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };
const deleted = (status: Status, annotations = {}): KubeObject => ({
  apiVersion: 'mtls-operator.dev/v1alpha1',
  kind: owner.kind,
  metadata: {
    ...{ namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '7', generation: 2, annotations },
    creationTimestamp: '2026-11-22T09:00:00Z',
    deletionTimestamp: '2026-11-22T10:00:00Z',
    finalizers: [finalizer, 'somebody/else'],
  },
  spec: { gatewayRef: { name: 'default', group: 'default' } },
  status,
});
const served: Status = {
  gateway: { name: 'default', group: 'default', objects: [{ kind: 'certificates', id: 'mtls-1' }] },
};
/** As versions before `status.gateway.name` wrote it. */
const earlier: Status = { gateway: { group: 'default/default', objects: [{ kind: 'certificates', id: 'mtls-1' }] } };

describe('a resource that is deleted', () => {
  const files = new AdminFiles();
  const held = new Map<string, Record<string, unknown>>();
  let cluster: Cluster;
  let gateway: AdminServer;
  let told: Told;
  before(async () => {
    [cluster, gateway] = await Promise.all([Cluster.start(), AdminServer.start()]);
  });
  beforeEach(() => {
    cluster.reset();
    gateway.reset();
    held.clear();
    held.set('certificates/mtls-1', { id: 'mtls-1', labels: ownLabels(owner) });
    gateway.behave = controlPlane(held);
    told = { events: [], lines: [] };
  });
  after(async () => {
    await cluster.stop();
    gateway.close();
    files.remove();
  });

  const aRunWith = (change: Partial<GatewayConfig> = {}, parts: Partial<Run> = {}) => {
    const gateways = new Gateways([files.config(gateway.url, change)], { random: () => 0 });
    return aRun(cluster, told, { gateways, ...parts });
  };
  const ends = async (resource: KubeObject, run: Run) => {
    cluster.put(resource);
    return await reconcileBy(mtlsGatewayPlan, run)(owner, run);
  };
  const goes = async (resource: KubeObject, run: Run) => (await ends(resource, run)).kind;
  const finalizers = () => cluster.get(owner.kind, owner.name)?.metadata.finalizers;

  for (const { name, status, annotations, change } of [
    { name: 'what it has at its gateway', status: served, change: {} },
    { name: 'what it has at a gateway of which an earlier version tells', status: earlier, change: {} },
    {
      name: 'what it has at a gateway that its namespace may use no longer',
      status: served,
      change: { allowedNamespaces: ['bank'] },
    },
    {
      name: 'what it has at such a gateway that no status tells of yet',
      status: {},
      annotations: { [known.firstGateway]: 'u default/default' },
      change: { allowedNamespaces: ['bank'] },
    },
  ]) {
    it(`takes along ${name}`, async () => {
      assert.equal(await goes(deleted(status, annotations), aRunWith(change)), 'settled');
      assert.deepEqual([...held.keys()], []);
      assert.deepEqual(finalizers(), ['somebody/else']);
    });
  }

  it('writes nothing more while the watch still shows the version that it was let go of', async () => {
    const run = aRunWith();
    await goes(deleted(served), run);
    const writes = cluster.writes.length;
    assert.equal(await goes(deleted(served), run), 'settled');
    assert.equal(cluster.writes.length, writes);
    const held = deleted(served);
    const backAgain = { ...held, metadata: { ...held.metadata, resourceVersion: '9' } };
    await goes(backAgain, run);
    assert.deepEqual(finalizers(), ['somebody/else'], 'the finalizer was put back by somebody');
  });

  it('waits for a gateway that the configuration names no longer', async () => {
    assert.equal(await goes(deleted(served), aRunWith({ name: 'other' })), 'checkAgain');
    assert.ok(finalizers()?.includes(finalizer));
  });

  describe('while its gateway cannot be cleared', () => {
    const minutes = (count: number) => Temporal.Duration.from({ minutes: count });
    const deletion = Temporal.Instant.from('2026-11-22T10:00:00Z');
    let now: Temporal.Instant;
    const clock = { now: () => now };
    /** By minutes after the deletion. */
    const looksAt = async (minute: number, run: Run, resource = deleted(served)) => {
      now = deletion.add(minutes(minute));
      if ((await goes(resource, run)) === 'settled') return 'lets go';
      const status = JSON.stringify(cluster.get(owner.kind, owner.name)?.['status']);
      const [, until = ''] = /continues without the gateway at (\S+),/.exec(status) ?? [];
      return `waits until ${Temporal.Instant.from(until).since(deletion).total('minutes')}`;
    };
    beforeEach(() => {
      gateway.behave = answer(500);
    });

    for (const { name, deadline = 60, looks } of [
      {
        name: 'until its deadline',
        looks: [
          [0, 'waits until 60'],
          [59, 'waits until 60'],
          [60, 'lets go'],
        ],
      },
      {
        name: 'for two minutes at least where the deadline passed while no operator ran',
        looks: [
          [600, 'waits until 602'],
          [601, 'waits until 602'],
          [602, 'lets go'],
        ],
      },
      {
        name: 'for no longer than the deadline is',
        deadline: 1,
        looks: [
          [600, 'waits until 601'],
          [601, 'lets go'],
        ],
      },
      {
        name: 'for as long by a clock that was set back meanwhile',
        looks: [
          [600, 'waits until 602'],
          [300, 'waits until 302'],
          [302, 'lets go'],
        ],
      },
    ] as const) {
      it(`waits ${name}, and says until when`, async () => {
        const run = aRunWith({}, { clock, deletionDeadline: minutes(deadline) });
        for (const [minute, want] of looks) assert.equal(await looksAt(minute, run), want, `after ${minute} minutes`);
        assert.deepEqual(finalizers(), ['somebody/else']);
      });
    }

    it('waits anew in each process, and not for what another one has tried', async () => {
      assert.equal(await looksAt(600, aRunWith({}, { clock })), 'waits until 602');
      assert.equal(await looksAt(603, aRunWith({}, { clock })), 'waits until 605');
    });

    it('looks again when the wait is over, where nothing tells that the gateway was mended', async () => {
      now = deletion.add(minutes(600));
      const outcome = await ends(deleted(served), aRunWith({ name: 'other' }, { clock }));
      assert.equal(outcome.kind === 'checkAgain' && outcome.at.since(now).toString(), 'PT120S');
    });

    it('tells why, once for each reason and not with each try', async () => {
      const run = aRunWith({}, { clock });
      let resource = deleted(served);
      const look = async () => {
        await looksAt(0, run, resource);
        resource = cluster.get(owner.kind, owner.name) ?? resource;
      };
      for (let time = 0; time < 3; time += 1) await look();
      gateway.behave = answer(401);
      for (let time = 0; time < 2; time += 1) await look();
      const until = 'deletion continues without the gateway at 2026-11-22T11:00:00Z';
      assert.equal(told.events.length, 2);
      for (const { type, reason, action, note } of told.events) {
        assert.deepEqual([type, reason, action], ['Warning', 'DeletionBlocked', 'Delete']);
        assert.match(note, new RegExp(`; ${until}, or at once with the annotation mtls-operator.dev/force-delete$`));
      }
    });

    for (const { name, status, annotations, note } of [
      { name: 'its objects', status: served, annotations: {}, note: 'remove by hand: certificates/mtls-1' },
      {
        name: 'its objects, by a status of an earlier version',
        status: earlier,
        annotations: {},
        note: 'remove by hand: certificates/mtls-1',
      },
      {
        name: 'the gateway that no status tells of yet',
        status: {},
        annotations: { [known.firstGateway]: 'u default/edge' },
        note: 'remove by hand: all objects of this resource at default/edge',
      },
      {
        name: 'the gateway that it has left',
        status: { gateway: { name: 'default', group: 'default', objects: [], previous: ['gone/default'] } },
        annotations: {},
        note: 'remove by hand: all objects of this resource at default/default, all objects of this resource at gone/default',
      },
    ]) {
      it(`lets go at once by force, and names ${name}`, async () => {
        const forced = deleted(status, { ...annotations, [known.forceDelete]: 'yes' });
        assert.equal(await looksAt(0, aRunWith({}, { clock }), forced), 'lets go');
        assert.match(told.events[0]?.note ?? '', new RegExp(`^Deleted although its objects at default/.*${note}$`));
      });
    }
  });
});
