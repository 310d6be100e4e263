import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { eventually } from '../harness/eventually.ts';
import { useWhole } from '../harness/whole.ts';
import { useArgo } from './argo.ts';
import { guideCommand } from './guide.ts';
import { Platform } from './platform.ts';

const finalizer = 'resources-finalizer.argocd.argoproj.io';
/** A gateway that answers again is soon found to. */
const livenessInterval = Temporal.Duration.from({ seconds: 1 });
/** As slow as a control plane far away. */
const slow = { latencyMs: 400 };

interface Told {
  readonly items: readonly {
    readonly regarding: { readonly uid: string };
    readonly note: string;
  }[];
}

/** One that stands by itself, without the Application of Applications. */
describe('an Application of resources that is deleted', () => {
  const given = useWhole({ operator: false });
  const argocd = useArgo();
  let platform: Platform;

  before(async () => {
    platform = await Platform.create(argocd.argo, given.whole);
    await given.whole.startOperator({ livenessInterval });
  });
  afterEach(() => given.whole.fault({}));

  const apply = async (name: string, files: Readonly<Record<string, string>>, finalizers = [finalizer]) => {
    const { argo } = argocd;
    const inDirectory = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text] as const);
    await argo.repository.commit(Object.fromEntries(inDirectory));
    const application = parse(platform.example('deploy/argocd/app-of-apps/resources.yaml'));
    application.metadata = { name, namespace: 'argocd', finalizers };
    application.spec.source.path = name;
    await argo.kubectl(['apply', '-f', '-'], stringify(application));
    await given.whole.ready('mgw', 'test-com');
    await given.whole.until('mup', 'mtls-nginx', 'GatewaySynced', 'True');
  };
  const uidOf = async (kind: string, name: string) => (await given.whole.get(kind, name)).metadata.uid;
  const remove = (name: string) => argocd.argo.kubectl(['delete', 'application', name, '--wait=false']);
  const isDeleted = async (kind: string, name: string) =>
    (await given.whole.get<{ metadata: { deletionTimestamp?: string } }>(kind, name)).metadata.deletionTimestamp !==
    undefined;
  /** As the guide looks for it. */
  const untilTold = (uid: string) =>
    eventually(async () => {
      const { items } = JSON.parse(
        await given.whole.kubectl([...guideCommand('DeletionBlocked'), '-o', 'json']),
      ) as Told;
      const notes = items.filter(({ regarding }) => regarding.uid === uid).map(({ note }) => note);
      assert.match(notes.join(), /The Admin API of the gateway default does not answer/);
    });
  const force = (kind: string, NAME: string) =>
    given.whole.kubectl(guideCommand(`annotate ${kind}`, { NAMESPACE: given.whole.namespace, NAME }));
  const untilNothingIsLeft = () =>
    eventually(async () => {
      const { whole } = given;
      assert.equal(await whole.here(['get', 'mgw,mup', '-o', 'name']), '');
      const marked = ['-l', 'app.kubernetes.io/managed-by', '-o', 'name'];
      assert.equal(await whole.here(['get', 'secrets,configmaps', ...marked]), '');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });
  const gateway = 'gateway.yaml';
  const upstream = 'upstream.yaml';
  const inWaves = () => ({
    [gateway]: platform.file(gateway, { 'argocd.argoproj.io/sync-wave': '1' }),
    [upstream]: platform.file(upstream, { 'argocd.argoproj.io/sync-wave': '2' }),
  });

  for (const { cascade, finalizers } of [
    { cascade: 'foreground', finalizers: [finalizer] },
    { cascade: 'background', finalizers: [`${finalizer}/background`] },
  ]) {
    it(`leaves nothing in the cluster and at a slow gateway, in the ${cascade}`, async () => {
      const files = { [gateway]: platform.file(gateway), [upstream]: platform.file(upstream) };
      await apply(`mtls-${cascade}`, files, finalizers);
      await given.whole.fault(slow);
      await remove(`mtls-${cascade}`);
      await argocd.argo.untilGone('application', `mtls-${cascade}`);
      await untilNothingIsLeft();
    });
  }

  it('waits for a gateway that is down one wave after another, tells each time why, and goes on at once where somebody says so', async () => {
    await apply('mtls-waves', inWaves());
    const uids = { mgw: await uidOf('mgw', 'test-com'), mup: await uidOf('mup', 'mtls-nginx') };
    await given.whole.fault({ close: true });
    await remove('mtls-waves');
    await untilTold(uids.mup);
    assert.equal(await isDeleted('mgw', 'test-com'), false);
    await force('mup', 'mtls-nginx');
    await untilTold(uids.mgw);
    await force('mgw', 'test-com');
    await argocd.argo.untilGone('application', 'mtls-waves');
  });

  it('takes back what it left at the gateway when it is applied again', async () => {
    assert.ok((await given.whole.gatewayObjects()).length > 0);
    await apply('mtls-waves', inWaves());
    await remove('mtls-waves');
    await argocd.argo.untilGone('application', 'mtls-waves');
    await untilNothingIsLeft();
  });
});

describe('an Application that holds operator and resources together', () => {
  const given = useWhole({ operator: false });
  const argocd = useArgo();
  let platform: Platform;

  before(async () => {
    platform = await Platform.create(argocd.argo, given.whole);
  });

  const rights = ['get', 'clusterrolebinding', 'mtls-operator', '--ignore-not-found', '-o', 'name'];
  const apply = async (wave: string | undefined) => {
    const { argo } = argocd;
    const annotations: Readonly<Record<string, string>> =
      wave === undefined ? {} : { 'argocd.argoproj.io/sync-wave': wave };
    await platform.withoutOperator();
    await argo.repository.commit({
      'together/crds.yaml': await given.whole.kubectl(['kustomize', 'deploy/base/crds']),
      'together/rbac.yaml': await given.whole.kubectl(['kustomize', 'deploy/base/rbac']),
      'together/gateway.yaml': platform.file('gateway.yaml', annotations),
    });
    const application = parse(platform.example('deploy/argocd/app-of-apps/operator.yaml'));
    application.metadata = { name: 'together', namespace: 'argocd', finalizers: [finalizer] };
    application.spec.source.path = 'together';
    application.spec.destination.namespace = given.whole.namespace;
    await argo.kubectl(['apply', '-f', '-'], stringify(application));
    await eventually(async () => assert.notEqual(await given.whole.kubectl(rights), ''));
    await given.whole.startOperator();
    await argo.until('together', 'Healthy');
    await given.whole.fault(slow);
    await argo.kubectl(['delete', 'application', 'together', '--wait=false']);
  };

  it('leaves nothing where the resources are in a later wave', async () => {
    await apply('1');
    await argocd.argo.untilGone('application', 'together');
    assert.deepEqual(await given.whole.gatewayObjects(), []);
    await given.whole.fault({});
    await given.whole.stopOperator();
  });

  it('hangs without waves, as the rights of the operator go first, and ends when they are back', async () => {
    const { whole } = given;
    await apply(undefined);
    await eventually(async () => assert.equal(await whole.kubectl(rights), ''));
    await whole.fault({});
    await eventually(() => assert.match(whole.logs.join(''), /Forbidden|Unauthorized/));
    assert.equal(await whole.exists('mgw', 'test-com'), true);
    assert.equal((await argocd.argo.get('together')).metadata.name, 'together');
    await whole.stopOperator();
    // The namespace may still be on its way out.
    await eventually(() => whole.kubectl(['apply', '--server-side', '-k', 'deploy/base/rbac']));
    await whole.startOperator();
    await argocd.argo.untilGone('application', 'together');
    assert.deepEqual(await whole.gatewayObjects(), []);
  });
});
