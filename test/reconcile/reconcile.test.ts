import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/model/kube-object.ts';
import type { Course } from '../../src/plan/plan.ts';
import type { Step } from '../../src/plan/steps.ts';
import { reconcileBy } from '../../src/reconcile/reconcile.ts';
import type { Steps } from '../../src/std/steps.ts';
import { aKindPlan, aRun, Cluster, type Told } from './given.ts';

const key = { namespace: 'shop', name: 'web' };
const resource: KubeObject = {
  apiVersion: 'mtls-operator.dev/v1alpha1',
  kind: 'MtlsGateway',
  metadata: { ...key, uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '2026-11-22T09:00:00Z' },
  spec: {},
  status: {},
};
/** A step that writes nothing. */
const step: Step = { part: 'any', do: 'abandon', forced: false, gateways: [], reasons: [], left: [] };

describe('a reconcile', () => {
  let cluster: Cluster;
  const told: Told = { events: [], lines: [] };
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => {
    cluster.reset();
    cluster.put(resource);
  });
  after(() => cluster.stop());

  /** How many plans it took. */
  async function plans(needs: (plan: number, course: Course) => void): Promise<number> {
    let made = 0;
    // biome-ignore lint/correctness/useYield: it takes no time
    const follow = function* (_: unknown, course: Course): Steps<void> {
      made += 1;
      needs(made, course);
    };
    const run = aRun(cluster, told);
    await reconcileBy(aKindPlan({ parts: ['CertificatesReady'], follow }), run)(key, run);
    return made;
  }

  it('plans anew after each step, and writes the status once there is nothing more to do', async () => {
    assert.equal(await plans((plan, { draft }) => plan < 4 && draft.need({ steps: [step] })), 4);
    assert.deepEqual(
      cluster.writes.map(({ body }) => Object.keys(body)),
      [['metadata', 'status']],
    );
  });

  it('writes nothing where the status says it all already', async () => {
    await plans(() => {});
    cluster.writes.length = 0;
    await plans(() => {});
    assert.deepEqual(cluster.writes, []);
  });

  it('ends with an error where a plan never does, and has written no status then', async () => {
    await assert.rejects(
      plans((_, { draft }) => draft.need({ steps: [step] })),
      /the plan for MtlsGateway web does not come to an end/,
    );
    assert.deepEqual(cluster.writes, []);
  });
});
