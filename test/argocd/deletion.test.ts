import assert from 'node:assert/strict';
import { eventually } from '../harness/eventually.ts';
import { useWhole } from '../harness/whole.ts';
import { type Argo, useArgo } from './argo.ts';
import { Platform, type Resources } from './platform.ts';

/** As slow as a control plane far away: a deletion takes it some seconds. */
const slow = { latencyMs: 400 };

const other = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-another-team' } });

interface Way {
  readonly what: string;
  readonly resources: Resources;
  /** Begins it; what was installed is to be gone after it. */
  readonly begin: (argo: Argo) => Promise<unknown>;
}

const ways: readonly Way[] = [
  {
    what: 'operator and resources vanish from git in one commit',
    resources: 'resources.yaml',
    begin: async (argo) => {
      // It prunes nothing where nothing at all is left.
      await argo.repository.commit({ 'argocd/other.yaml': other });
      await argo.repository.commit({ 'argocd/operator.yaml': undefined, 'argocd/resources.yaml': undefined });
      await argo.refresh('mtls');
    },
  },
  {
    what: 'the Application of Applications is deleted that holds an ApplicationSet',
    resources: 'teams.yaml',
    begin: (argo) => argo.kubectl(['delete', 'application', 'mtls', '--wait=false']),
  },
];

describe('what Argo CD takes away again', () => {
  const given = useWhole({ operator: false });
  const argocd = useArgo();
  let platform: Platform;

  before(async () => {
    platform = await Platform.create(argocd.argo, given.whole);
    await given.whole.startNginx();
  });

  const install = async (resources: Resources) => {
    const { argo } = argocd;
    await platform.withoutOperator();
    await platform.publish(resources);
    await platform.applyRoot();
    await argo.until('mtls-operator', 'Healthy');
    await given.whole.startOperator();
    await argo.until(resources === 'resources.yaml' ? 'mtls-resources' : `mtls-${given.whole.namespace}`, 'Healthy');
  };
  for (const { what, resources, begin } of ways) {
    it(`leaves nothing in the cluster and at a slow gateway where ${what}`, async () => {
      const { argo } = argocd;
      await install(resources);
      assert.ok((await platform.left()).length > 10);
      await given.whole.fault(slow);
      await begin(argo);
      await argo.untilGone('application', 'mtls-operator');
      await eventually(async () => assert.deepEqual(await platform.left(), []));
      await given.whole.fault({});
      await given.whole.stopOperator();
      await argo.kubectl(['delete', 'application', 'mtls', '--ignore-not-found', '--timeout=60s']);
    });
  }
});
