import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';
import { versions } from '../../../deploy/local/versions.ts';
import { useCluster } from '../../harness/cluster.ts';

const within = Temporal.Duration.from({ seconds: 20 });

describe('the control plane', () => {
  const cluster = useCluster();

  const kubectl = async (args: readonly string[], input?: string) => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(args, input === undefined ? {} : { input });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };

  it('is of the pinned version', async () => {
    const { serverVersion } = JSON.parse(await kubectl(['version', '-o', 'json']));
    assert.equal(serverVersion.gitVersion, `v${versions.kubernetes}`);
  });

  it('has a kubeconfig that only its owner reads and that verifies the server', () => {
    assert.equal(statSync(cluster.kubeconfig).mode & 0o777, 0o600);
    const { cluster: server } = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')).clusters[0];
    assert.deepEqual(Object.keys(server).sort(), ['certificate-authority-data', 'server']);
  });

  it('hands out tokens of service accounts, and refuses what RBAC does not allow them', async () => {
    const namespace = await cluster.namespace();
    await kubectl(['-n', namespace, 'create', 'serviceaccount', 'somebody']);
    const token = await kubectl(['-n', namespace, 'create', 'token', 'somebody']);
    const who = JSON.parse(await kubectl(['--user=', '--token', token, 'auth', 'whoami', '-o', 'json']));
    assert.equal(who.status.userInfo.username, `system:serviceaccount:${namespace}:somebody`);

    const { stderr } = await cluster.kubectl(['--user=', '--token', token, '-n', namespace, 'get', 'secrets']);
    assert.match(stderr, /Forbidden/);
  });

  it('removes what an owner leaves behind', async () => {
    const namespace = await cluster.namespace();
    const owner = JSON.parse(await kubectl(['-n', namespace, 'create', 'configmap', 'owner', '-o', 'json']));
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
    const owned = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'owned', namespace, ownerReferences } };
    await kubectl(['create', '-f', '-'], JSON.stringify(owned));
    await kubectl(['-n', namespace, 'delete', 'configmap', 'owner']);
    const isGone = async () => (await cluster.kubectl(['-n', namespace, 'get', 'secret', 'owned'])).exitCode !== 0;
    await waitUntil(isGone, { what: 'the removal of the owned Secret', within });
  });

  it('finishes the deletion of a namespace', async () => {
    const namespace = await cluster.namespace();
    await kubectl(['delete', 'namespace', namespace, '--wait', '--timeout=30s']);
    assert.notEqual((await cluster.kubectl(['get', 'namespace', namespace])).exitCode, 0);
  });
});
