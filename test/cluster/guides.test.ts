import assert from 'node:assert/strict';
import { operatorNamespace } from '../../deploy/local/cluster/release.ts';
import { upstreams, useCast } from '../harness/node/cast.ts';
import { failedSteps } from './guide-steps.ts';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses: readonly { readonly restartCount: number }[];
  };
}

describe('both guides, in pods', () => {
  const used = useCast();

  const podsOf = async (namespace: string, label: string) => {
    const text = await used.cast.node.kubectl(['-n', namespace, 'get', 'pods', '-l', label, '-o', 'json']);
    return (JSON.parse(text) as { readonly items: readonly Pod[] }).items;
  };
  const assertReady = (pods: readonly Pod[]) => {
    assert.equal(pods.length, 2);
    for (const { status } of pods) {
      assert.equal(status.conditions.find(({ type }) => type === 'Ready')?.status, 'True');
      assert.deepEqual(new Set(status.containerStatuses.map(({ restartCount }) => restartCount)), new Set([0]));
    }
  };

  it('have an operator of two pods that are restricted and Ready, from the image of its Dockerfile', async () => {
    const pods = await podsOf(operatorNamespace, 'app.kubernetes.io/name=mtls-operator');
    assertReady(pods);
    for (const { spec } of pods) assert.match(spec.containers[0]?.image ?? '', /^localhost\/mtls-operator:/);
    const labels = await used.cast.node.kubectl([
      'get',
      'namespace',
      operatorNamespace,
      '-o',
      'jsonpath={.metadata.labels}',
    ]);
    assert.match(labels, /"pod-security.kubernetes.io\/enforce":"restricted"/);
  });

  for (const { name, version, deployment, label } of Object.values(upstreams))
    it(`have two pods of ${name}, to which kubelet gave the Secret and the ConfigMap`, async function () {
      this.timeout(150_000);
      const { here, namespace } = used.cast;
      await here(['rollout', 'status', `deployment/${deployment}`, '--timeout=120s']);
      assertReady(await podsOf(namespace, label));
      const objects = [`secret/${name}-server`, `configmap/${name}-nginx`];
      assert.deepEqual((await here(['get', ...objects, '-o', 'name'])).split('\n'), objects);
      const told = await here(['exec', `deployment/${deployment}`, '-c', 'nginx', '--', 'sh', '-c', 'nginx -v 2>&1']);
      assert.match(told, version);
    });

  it('become Ready', async () => {
    await used.cast.allReady();
  });

  it('hold at every step, from within the network of the pods', async () =>
    assert.deepEqual(await failedSteps(used.cast), []));
});
