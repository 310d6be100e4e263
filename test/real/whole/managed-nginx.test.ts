import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { assertConform } from '../../harness/conditions.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { type Deployment, rollOut as rollOutAt } from '../../harness/roll-out.ts';
import { useWhole } from '../../harness/whole.ts';

const managedNginx = {
  agentImage: 'registry.example/mtls-operator:0.1.0',
  image: 'nginxinc/nginx-unprivileged:1.29',
  allowedImages: ['registry.example/nginx:*'],
};

const kinds = ['deployment', 'service', 'poddisruptionbudget'] as const;

/** Nothing runs its pods here: another NGINX stands at its address. test/cluster has real ones. */
describe('an NGINX that the operator runs', () => {
  const given = useWhole({ operator: false });
  let port: number;
  const apply = async (deployment: object | undefined) => {
    const locations = [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }];
    const nginx = { listen: port, serverName: 'test.com', locations, ...(deployment && { deployment }) };
    await given.whole.apply(anUpstream({ port, spec: { nginx } }));
  };
  const exist = async () => {
    const found = await Promise.all(kinds.map((kind) => given.whole.exists(kind, 'mtls-nginx-nginx')));
    return kinds.filter((_, at) => found[at]);
  };
  const deployment = () => given.whole.get<Deployment>('deployment', 'mtls-nginx-nginx');
  const rollOut = () => rollOutAt(given.whole, 'mtls-nginx-nginx');
  const rights = ['-k', 'deploy/managed-nginx'];
  before('start NGINX', async () => {
    await given.whole.kubectl(['apply', ...rights]);
    port = await freePort();
    await given.whole.startNginx();
  });

  after(() => given.whole.kubectl(['delete', ...rights]));

  it('is refused where the administrator does not allow it', async () => {
    await given.whole.startOperator();
    await apply({});
    await given.whole.until('mup', 'mtls-nginx', 'Stalled', 'True', 'NginxDeploymentNotAllowed');
    assert.deepEqual(await exist(), []);
    await given.whole.stopOperator();
  });

  it('is made as Deployment, Service and PodDisruptionBudget, and told to be on its way', async () => {
    await given.whole.startOperator({ managedNginx });
    await given.whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'NginxRollingOut');
    assert.deepEqual(await exist(), kinds);
    await rollOut();
    await given.whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
    assertConform(await given.whole.ready('mup', 'mtls-nginx'));
  });

  it('is written once: what the API server adds to it is no difference', async () => {
    await eventually(() => given.whole.assertSilent('mup', 'mtls-nginx'));
  });

  it('is set right after somebody scaled it, by the next reconcile', async () => {
    await given.whole.here(['scale', 'deployment', 'mtls-nginx-nginx', '--replicas=5']);
    await given.whole.touch('mup', 'mtls-nginx');
    await eventually(async () => assert.equal((await deployment()).spec.replicas, 2));
    await rollOut();
  });

  it('has resources that stay as they are, whatever the unit in which they were written', async () => {
    const requests = { cpu: '2000m', memory: '524288Mi' };
    await apply({ replicas: 3, resources: { requests, limits: { cpu: '4', memory: '524289Mi' } } });
    await eventually(async () => assert.equal((await deployment()).spec.replicas, 3));
    await rollOut();
    await given.whole.until('mup', 'mtls-nginx', 'NginxReady', 'True', 'Serving');
    await eventually(() => given.whole.assertSilent('mup', 'mtls-nginx'));
  });

  it('has pods that a namespace with Pod Security restricted takes', async () => {
    const { spec } = await deployment();
    const { whole } = given;
    await whole.here(['label', 'namespace', whole.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'as-deployed', namespace: whole.namespace },
      ...spec.template,
    };
    await whole.apply({ ...pod, metadata: { name: 'as-deployed', namespace: whole.namespace } });
    const loose = {
      ...pod,
      metadata: { name: 'loose', namespace: whole.namespace },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    };
    await assert.rejects(() => whole.apply(loose), /violates PodSecurity/);
    await whole.here(['delete', 'pod', 'as-deployed', '--force', '--grace-period=0']);
  });

  it('has the image that the resource names where it is allowed, and no other', async () => {
    await apply({ image: 'registry.example/nginx:1.31' });
    const imageOf = async () => (await deployment()).spec.template.spec.containers[0]?.image;
    await eventually(async () => assert.equal(await imageOf(), 'registry.example/nginx:1.31'));
    await apply({ image: 'elsewhere.example/miner:latest' });
    await given.whole.until('mup', 'mtls-nginx', 'Stalled', 'True', 'NginxImageNotAllowed');
    assert.equal(await imageOf(), 'registry.example/nginx:1.31');
    await apply({});
    await eventually(async () => assert.equal(await imageOf(), managedNginx.image));
    await rollOut();
  });

  it('goes when the resource no longer asks for it, once all else is settled', async () => {
    await apply(undefined);
    await eventually(async () => assert.deepEqual(await exist(), []));
    await eventually(async () => {
      const told = await given.whole.told('MtlsUpstream', 'mtls-nginx');
      const names = kinds.map((kind) => kind.length);
      assert.ok(
        told.some((line) => /Removed: .*Deployment mtls-nginx-nginx, Service .*, PodDisruptionBudget/.test(line)),
        `${names} ${told.join('\n')}`,
      );
    });
    await eventually(() => given.whole.assertSilent('mup', 'mtls-nginx'));
  });

  it('never takes a Deployment that somebody else made under its name', async () => {
    const { whole } = given;
    await whole.here(['create', 'deployment', 'mtls-nginx-nginx', '--image=theirs']);
    await apply({});
    await whole.until('mup', 'mtls-nginx', 'Stalled', 'True', 'NotOurs');
    assert.equal((await deployment()).spec.template.spec.containers[0]?.image, 'theirs');
    await apply(undefined);
    await whole.ready('mup', 'mtls-nginx');
    assert.deepEqual(await exist(), ['deployment'], 'nor is it deleted with what is ours');
  });
});
