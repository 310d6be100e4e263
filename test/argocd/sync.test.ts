import assert from 'node:assert/strict';
import { eventually } from '../harness/eventually.ts';
import { type Resource, useWhole } from '../harness/whole.ts';
import { useArgo } from './argo.ts';
import { Platform } from './platform.ts';

const app = 'mtls-resources';

describe('the operator and both guides in a git repository, under Argo CD', () => {
  const given = useWhole({ operator: false });
  const argocd = useArgo();
  let platform: Platform;

  before('publish them, and install nothing by hand', async () => {
    platform = await Platform.create(argocd.argo, given.whole);
    await platform.withoutOperator();
    await platform.publish('resources.yaml');
    await platform.applyRoot();
  });
  const healthOf = async (kind: string) =>
    (await argocd.argo.get(app)).status?.resources?.find((resource) => resource.kind === kind)?.health;
  const resources = () => Promise.all([given.whole.get('mgw', 'test-com'), given.whole.get('mup', 'mtls-nginx')]);
  const versions = async () =>
    (await resources()).map(
      (resource) => (resource as Resource & { metadata: { resourceVersion: string } }).metadata.resourceVersion,
    );

  it('come in their waves: CRDs and rights first, then resources, which are Progressing while nobody works on them', async () => {
    const { argo } = argocd;
    await argo.until('mtls-operator', 'Healthy');
    await argo.until(app, 'Progressing');
    const waiting = { status: 'Progressing', message: 'Waiting for the operator' };
    await eventually(async () => {
      assert.deepEqual(await healthOf('MtlsGateway'), waiting);
      assert.deepEqual(await healthOf('MtlsUpstream'), waiting);
    });
    assert.equal((await argo.get('mtls')).status?.health?.status, 'Progressing');
    const { operationState } = (await argo.get(app)).status ?? {};
    assert.deepEqual([operationState?.phase, operationState?.retryCount], ['Succeeded', undefined]);
  });

  it('are Healthy once each is Ready, and not before: an MtlsUpstream waits for its NGINX', async () => {
    const { argo } = argocd;
    await given.whole.startOperator();
    await eventually(async () => assert.equal((await healthOf('MtlsGateway'))?.status, 'Healthy'));
    await given.whole.until('mup', 'mtls-nginx', 'Ready', 'False', 'NginxUnreachable');
    assert.equal((await healthOf('MtlsUpstream'))?.status, 'Progressing');
    await given.whole.startNginx();
    await argo.until(app, 'Healthy');
    await argo.until('mtls', 'Healthy');
    for (const { status } of await resources())
      assert.equal(status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  });

  for (const { diff, option } of [
    { diff: 'client-side', option: undefined },
    { diff: 'server-side', option: 'ServerSideDiff=true' },
  ]) {
    it(`stay Synced and are not written to over three refreshes with self-heal and prune, by ${diff} diff`, async () => {
      const { argo } = argocd;
      const { whole } = given;
      if (option !== undefined)
        await argo.kubectl(['annotate', 'application', app, `argocd.argoproj.io/compare-options=${option}`]);
      await argo.refresh(app, 'hard');
      const before = await versions();
      const synced = (await argo.get(app)).status?.history?.length;
      await whole.forget();
      for (let refresh = 1; refresh <= 3; refresh += 1) {
        const { status } = await argo.refresh(app, 'hard');
        assert.deepEqual([status?.sync?.status, status?.health?.status], ['Synced', 'Healthy']);
        assert.deepEqual(new Set(status?.resources?.map((resource) => resource.status)), new Set(['Synced']));
        assert.deepEqual(status?.conditions ?? [], []);
        assert.equal(status?.history?.length, synced);
      }
      assert.deepEqual(await versions(), before);
      assert.deepEqual([whole.kubeWrites(), await whole.gatewayWrites()], [[], []]);
    });
  }

  it('have what the operator made of them as their children, which Argo CD neither prunes nor marks', async () => {
    const made = await given.whole.here([
      'get',
      'secrets,configmaps',
      '-l',
      'app.kubernetes.io/managed-by',
      '-o',
      'json',
    ]);
    const { items } = JSON.parse(made) as { readonly items: readonly { readonly metadata: object }[] };
    assert.equal(items.length, 7);
    assert.doesNotMatch(made, /argocd\.argoproj\.io|app\.kubernetes\.io\/instance/);
  });

  it('take an edit in git to the gateway and to NGINX', async () => {
    const { argo } = argocd;
    const revision = await argo.repository.commit(
      platform.resources((text) => text.replace('Hello API7!', 'Hello GitOps!')),
    );
    await argo.refresh(app);
    await argo.until(app, 'Healthy', revision);
    const config = await given.whole.get<{ data: Record<string, string> }>('configmap', 'mtls-nginx-nginx');
    assert.match(config.data['mtls.conf'] ?? '', /Hello GitOps!/);
  });

  it('get an edit by hand put back', async () => {
    const patch = JSON.stringify({ spec: { hosts: ['other.example'] } });
    await given.whole.here(['patch', 'mgw', 'test-com', '--type=merge', '-p', patch]);
    await eventually(async () =>
      assert.deepEqual((await given.whole.get<{ spec: { hosts: string[] } }>('mgw', 'test-com')).spec.hosts, [
        'test.com',
      ]),
    );
    await argocd.argo.until(app, 'Healthy');
  });

  it('are Degraded with the sentence of the status where a person must act, and Healthy when git says better', async () => {
    const { argo } = argocd;
    const wrong = await argo.repository.commit(
      platform.resources((text) => text.replace('    name: default\n', '    name: nowhere\n')),
    );
    await argo.refresh(app);
    await argo.until(app, 'Degraded', wrong);
    const stalled = await given.whole.until('mgw', 'test-com', 'Stalled', 'True', 'GatewayUnknown');
    const sentence = stalled.status?.conditions?.find(({ type }) => type === 'Stalled')?.message;
    assert.deepEqual(await healthOf('MtlsGateway'), { status: 'Degraded', message: `GatewayUnknown: ${sentence}` });
    await argo.until('mtls', 'Degraded');

    const right = await argo.repository.commit(platform.resources());
    await argo.refresh(app);
    await argo.until(app, 'Healthy', right);
    await argo.until('mtls', 'Healthy');
  });

  it('are gone with the Application of Applications: the resources before the operator, and at the gateway too', async () => {
    const { argo } = argocd;
    await argo.kubectl(['delete', 'application', 'mtls', '--wait=false']);
    await argo.untilGone('application', 'mtls');
    await eventually(async () => assert.deepEqual(await platform.left(), []));
  });
});
