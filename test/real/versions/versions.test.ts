import assert from 'node:assert/strict';
import { otherKubernetes } from '../../../deploy/local/versions.ts';
import { useOwnCluster } from '../../harness/cluster.ts';
import { markedSecrets } from '../admission/marks.ts';
import { referencesOfSpecs } from '../admission/references.ts';
import { gatewayLifecycle } from '../whole/gateway-lifecycle.ts';
import { upstreamLifecycle } from '../whole/upstream-lifecycle.ts';

for (const kubernetes of otherKubernetes) {
  describe(`on Kubernetes ${kubernetes}`, () => {
    const cluster = useOwnCluster({ kubernetes });

    it('with an API server that says so', async () => {
      const { stdout } = await cluster.kubectl(['version', '-o', 'json']);
      assert.equal(JSON.parse(stdout).serverVersion.gitVersion, `v${kubernetes}`);
    });

    describe('the life of an MtlsGateway', () => gatewayLifecycle({ cluster }));
    describe('the life of an MtlsUpstream', () => upstreamLifecycle({ cluster }));
    describe('references of a spec', () => referencesOfSpecs({ cluster }));
    describe('Secrets with the marks of the operator', () => markedSecrets({ cluster }));
  });
}
