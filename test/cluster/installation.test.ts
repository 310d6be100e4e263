import assert from 'node:assert/strict';
import { operatorNamespace } from '../../deploy/local/cluster/release.ts';
import { eventually } from '../harness/eventually.ts';
import { aGateway } from '../harness/given.ts';
import { type Upstream, upstreams, useCast } from '../harness/node/cast.ts';
import { failedSteps } from './guide-steps.ts';

interface Listed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly data: Readonly<Record<string, string>>;
}

interface SeenRequest {
  readonly method: string;
  readonly path: string;
}

/** What users have of the operator outlives it and its upgrades. */
describe('the installation in pods', () => {
  const used = useCast();
  const both = Object.values<Upstream>(upstreams);

  /** Secrets and ConfigMaps of users, with what is in them. */
  const children = async () => {
    const text = await used.cast.here(['get', 'secrets,configmaps', '-o', 'json']);
    const { items } = JSON.parse(text) as { readonly items: readonly Listed[] };
    return items.map(({ kind, metadata, data }) => ({ kind, name: metadata.name, uid: metadata.uid, data }));
  };
  const forgetRequests = () => used.cast.standIn.admin.delete('stand-in/requests');
  const gatewayWrites = async () => {
    const { list } = await used.cast.standIn
      .admin('stand-in/requests')
      .json<{ readonly list: readonly SeenRequest[] }>();
    return list
      .filter(({ method, path }) => method !== 'GET' && !path.includes('/configs/validate'))
      .map(({ method, path }) => `${method} ${path}`);
  };
  const allReady = async () => {
    await used.cast.untilReady('mtlsgateway', 'test-com');
    for (const { name } of both) await used.cast.untilReady('mtlsupstream', name);
  };
  /** Until a pod of now leads, and has compared everything with the gateway. */
  const untilLed = () =>
    eventually(async () => {
      const { node } = used.cast;
      const lease = ['get', 'lease', 'mtls-operator', '-o', 'jsonpath={.spec.holderIdentity}'];
      const holder = await node.kubectl(['-n', operatorNamespace, ...lease]);
      const pods = await node.kubectl([
        '-n',
        operatorNamespace,
        'get',
        'pods',
        '-o',
        'jsonpath={.items[*].metadata.name}',
      ]);
      assert.ok(
        pods.split(' ').some((pod) => holder.startsWith(pod)),
        `${holder} of ${pods}`,
      );
      const logs = await node.kubectl([
        '-n',
        operatorNamespace,
        'logs',
        holder.match(/^mtls-operator-[^-]+-[^-_]+/)?.[0] ?? '',
      ]);
      for (const { name } of both) assert.match(logs, new RegExp(`reconciled.*${name}|${name}.*reconciled`));
    });

  before(allReady);

  it('issues nothing again and writes nothing to the gateway when helm upgrades it', async function () {
    this.timeout(240_000);
    const before = await children();
    await forgetRequests();
    await used.cast.release.upgrade({ driftInterval: '20s', logLevel: 'debug' });
    await untilLed();
    await allReady();
    assert.deepEqual(await children(), before);
    assert.deepEqual(await gatewayWrites(), []);
  });

  it('leaves resources, Secrets and traffic when helm uninstalls it, and takes them up when it is installed again', async function () {
    this.timeout(300_000);
    const before = await children();
    await forgetRequests();
    await used.cast.release.uninstall();
    assert.deepEqual(await children(), before);
    assert.deepEqual(await failedSteps(used.cast), []);

    await used.cast.release.install();
    await eventually(allReady);
    assert.deepEqual(await children(), before);
    assert.deepEqual(await gatewayWrites(), []);
  });

  it('lets go of a namespace that is deleted with resources in it', async function () {
    this.timeout(240_000);
    const { node, other } = used.cast;
    const spec = { hosts: ['other.example'], gatewayRef: { name: 'default', group: 'default' } };
    const resource = aGateway({ name: 'other', ...spec, spec });
    await node.kubectl(['-n', other, 'apply', '-f', '-'], JSON.stringify(resource));
    await eventually(async () => {
      const { status } = JSON.parse(await node.kubectl(['-n', other, 'get', 'mtlsgateway', 'other', '-o', 'json']));
      const conditions: readonly { readonly type: string; readonly status: string }[] = status?.conditions ?? [];
      const synced = conditions.find(({ type }) => type === 'GatewaySynced');
      assert.equal(synced?.status, 'True', JSON.stringify(conditions));
    });
    await node.kubectl(['delete', 'namespace', other, '--timeout=60s']);
  });
});
