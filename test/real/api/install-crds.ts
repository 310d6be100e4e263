import assert from 'node:assert/strict';
import { customResourceDefinitions } from '../../../src/api/crd.ts';
import type { Cluster } from '../../harness/cluster.ts';

/** Installs the committed CRDs as a user does, and waits until the API server serves them. */
export async function installCrds(cluster: Cluster): Promise<void> {
  const applied = await cluster.kubectl(['apply', '-k', 'crds']);
  assert.equal(applied.exitCode, 0, applied.stderr);
  const names = customResourceDefinitions.map(({ metadata }) => `crd/${metadata.name}`);
  const established = await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
  assert.equal(established.exitCode, 0, established.stderr);
}
