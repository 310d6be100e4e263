import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { eventually } from './eventually.ts';
import type { Whole } from './whole.ts';

/** A Deployment, as far as suites look into one. */
export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/** Says of its pods what a kubelet would, until the Deployment is as it shall be; of a cluster without nodes. */
export const rollOut = (whole: Whole, name: string) =>
  eventually(async () => {
    for (const pod of (await whole.here(['get', 'pods', '-o', 'name'])).split('\n').filter(Boolean)) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      await whole.here(['patch', pod, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);
    }
    // Evicted by nobody: a pod that is going has no kubelet to end it.
    await whole.here(['delete', 'pods', '--field-selector=status.phase=Failed', '--force', '--grace-period=0']);
    const { metadata, spec, status } = await whole.get<Deployment>('deployment', name);
    assert.equal(status?.observedGeneration, metadata.generation);
    assert.deepEqual([status?.updatedReplicas, status?.availableReplicas], [spec.replicas, spec.replicas]);
    assert.equal(status?.replicas, spec.replicas);
  });
