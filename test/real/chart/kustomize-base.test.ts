import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';
import { useCluster } from '../../harness/cluster.ts';
import { manifestsIn, podOf } from './chart.ts';

const within = Temporal.Duration.from({ seconds: 20 });
const operator = 'system:serviceaccount:mtls-operator-system:mtls-operator';

describe('the kustomize base', () => {
  const cluster = useCluster();

  const kubectl = async (args: readonly string[], input = '') => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(args, { input });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  before(async () => {
    await kubectl(['apply', '-k', 'deploy/base/crds']);
    await kubectl(['apply', '-k', 'deploy/base/rbac']);
  });

  it('is accepted by the API server as a whole', async () => {
    const objects = await kubectl(['kustomize', 'deploy/base']);
    await kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], objects);
  });

  it('runs a pod that the Pod Security level of its namespace lets in', async () => {
    const spec = podOf(manifestsIn(await kubectl(['kustomize', 'deploy/base/operator'])));
    const metadata = { name: 'operator', namespace: 'mtls-operator-system' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    await kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
  });

  for (const { may, verb, resource, more = [] } of [
    { may: true, verb: 'watch', resource: 'mtlsgateways.mtls-operator.dev' },
    { may: true, verb: 'patch', resource: 'mtlsupstreams.mtls-operator.dev' },
    { may: true, verb: 'patch', resource: 'mtlsgateways.mtls-operator.dev', more: ['--subresource=status'] },
    { may: true, verb: 'update', resource: 'mtlsupstreams.mtls-operator.dev', more: ['--subresource=finalizers'] },
    { may: true, verb: 'patch', resource: 'secrets' },
    { may: true, verb: 'create', resource: 'configmaps' },
    { may: true, verb: 'create', resource: 'events.events.k8s.io' },
    { may: true, verb: 'patch', resource: 'events.events.k8s.io' },
    { may: false, verb: 'list', resource: 'events.events.k8s.io' },
    { may: true, verb: 'get', resource: 'namespaces/kube-system' },
    { may: false, verb: 'get', resource: 'namespaces/default' },
    { may: false, verb: 'list', resource: 'namespaces' },
    { may: true, verb: 'get', resource: 'endpointslices.discovery.k8s.io/kubernetes' },
    { may: false, verb: 'list', resource: 'endpointslices.discovery.k8s.io' },
    { may: true, verb: 'delete', resource: 'secrets' },
    { may: true, verb: 'delete', resource: 'configmaps' },
    { may: false, verb: 'deletecollection', resource: 'secrets' },
    { may: false, verb: 'update', resource: 'secrets' },
    { may: false, verb: 'delete', resource: 'mtlsgateways.mtls-operator.dev' },
    { may: false, verb: 'create', resource: 'mtlsgateways.mtls-operator.dev' },
    { may: false, verb: 'create', resource: 'pods' },
    { may: false, verb: 'create', resource: 'serviceaccounts', more: ['--subresource=token'] },
    { may: false, verb: 'escalate', resource: 'clusterroles.rbac.authorization.k8s.io' },
  ]) {
    it(`${may ? 'lets' : 'does not let'} the operator ${[verb, resource, ...more].join(' ')}`, async () => {
      const question = ['auth', 'can-i', verb, resource, ...more, '--as', operator, '--namespace', 'default'];
      const { stdout } = await cluster.kubectl(question);
      assert.equal(stdout.trim(), may ? 'yes' : 'no');
    });
  }

  describe('with the component for named namespaces', () => {
    const mayIn = async (namespace: string, verb: string, resource: string) => {
      const question = ['auth', 'can-i', verb, resource, '--as', operator, '--namespace', namespace];
      return (await cluster.kubectl(question)).stdout.trim();
    };
    let overlay: string;
    before(async () => {
      overlay = await mkdtemp(join(tmpdir(), 'overlay-'));
      const at = (path: string) => relative(realpathSync(overlay), resolve(path));
      const kustomization = { resources: [at('deploy/base/rbac')], components: [at('deploy/named-namespaces')] };
      await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
      await kubectl(['delete', 'clusterrolebinding', 'mtls-operator']);
      await kubectl(['apply', '-k', overlay]);
    });
    after(async () => {
      await kubectl(['delete', 'rolebinding', 'mtls-operator', '--namespace', 'default']);
      await kubectl(['apply', '-k', 'deploy/base/rbac']);
      await rm(overlay, { recursive: true });
    });

    for (const { namespace, verb, resource, want } of [
      { namespace: 'default', verb: 'list', resource: 'secrets', want: 'yes' },
      { namespace: 'default', verb: 'watch', resource: 'mtlsgateways.mtls-operator.dev', want: 'yes' },
      // What concerns no resource, as a gateway or the clock, is told at the Lease.
      { namespace: 'mtls-operator-system', verb: 'create', resource: 'events.events.k8s.io', want: 'yes' },
      { namespace: 'mtls-operator-system', verb: 'list', resource: 'secrets', want: 'no' },
      { namespace: 'kube-system', verb: 'list', resource: 'secrets', want: 'no' },
      { namespace: 'kube-system', verb: 'create', resource: 'secrets', want: 'no' },
      { namespace: 'kube-system', verb: 'get', resource: 'namespaces/kube-system', want: 'yes' },
    ]) {
      it(`${want === 'yes' ? 'lets' : 'does not let'} the operator ${verb} ${resource} in ${namespace}`, async () =>
        assert.equal(await mayIn(namespace, verb, resource), want));
    }
  });

  for (const { role, may, verb, more = [] } of [
    { role: 'view', may: true, verb: 'list' },
    { role: 'view', may: false, verb: 'create' },
    { role: 'edit', may: true, verb: 'create' },
    { role: 'edit', may: true, verb: 'delete' },
    { role: 'edit', may: false, verb: 'patch', more: ['--subresource=status'] },
    { role: 'admin', may: false, verb: 'update', more: ['--subresource=status'] },
  ]) {
    it(`${may ? 'lets' : 'does not let'} a user with the role ${role} ${[verb, ...more].join(' ')}`, async () => {
      const namespace = await cluster.namespace();
      await kubectl(['create', 'rolebinding', 'user', `--clusterrole=${role}`, '--user=ann', '-n', namespace]);
      const question = [
        'auth',
        'can-i',
        verb,
        'mtlsgateways.mtls-operator.dev',
        ...more,
        '--as',
        'ann',
        '-n',
        namespace,
      ];
      // The roles are added up by a controller, so a yes may take a moment.
      const answer = async () => (await cluster.kubectl(question)).stdout.trim() === (may ? 'yes' : 'no');
      await waitUntil(answer, { what: `the answer to ${question.join(' ')}`, within });
    });
  }
});
