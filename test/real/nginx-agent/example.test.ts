import assert from 'node:assert/strict';
import { useCluster } from '../../harness/cluster.ts';

describe('the example of an NGINX with the agent', () => {
  const cluster = useCluster();

  it('is taken by an API server, where Pod Security is restricted, without a warning', async () => {
    const namespace = await cluster.namespace();
    const label = 'pod-security.kubernetes.io/warn=restricted';
    assert.equal((await cluster.kubectl(['label', 'namespace', namespace, label])).exitCode, 0);
    const example = 'deploy/examples/nginx-agent/deployment.yaml';
    const { stdout, stderr, exitCode } = await cluster.kubectl(['-n', namespace, 'apply', '-f', example]);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.deepEqual(stdout.split('\n').filter(Boolean), [
      'deployment.apps/mtls-nginx created',
      'service/mtls-nginx created',
      'poddisruptionbudget.policy/mtls-nginx created',
    ]);
  });
});
