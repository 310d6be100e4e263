import assert from 'node:assert/strict';
import { type Child, digestOf } from '../../harness/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const inUse = 'mtls-operator.dev/in-use';

describe('what a resource has made, while it lives', () => {
  const given = useWhole();
  afterEach(() => given.whole.fault({}));
  const secret = (name: string) => given.whole.get<Child>('secret', name);
  const issued = (certificate: string) =>
    given.whole.logs.filter(
      (line) => line.includes('"issued certificate"') && line.includes(`"certificate":"${certificate}"`),
    ).length;

  before(async () => {
    await given.whole.apply(aGateway({ name: 'alive', hosts: ['alive.example'] }));
    await given.whole.ready('mgw', 'alive');
  });

  it('carries the finalizer from its first version on', async () => {
    for (const name of ['alive-ca', 'alive-server', 'alive-curl'])
      assert.deepEqual((await secret(name)).metadata.finalizers, [inUse]);
  });

  it('gets finalizer and owner in one write where an older version made it', async () => {
    const { whole } = given;
    const ca = await secret('alive-ca');
    await whole.stopOperator();
    const bare = { metadata: { finalizers: null, annotations: null } };
    await whole.here(['patch', 'secret', 'alive-ca', '--type=merge', '-p', JSON.stringify(bare)]);
    await whole.forget();
    await whole.startOperator();
    await eventually(async () => assert.deepEqual((await secret('alive-ca')).metadata.finalizers, [inUse]));
    await whole.ready('mgw', 'alive');
    assert.deepEqual(
      whole.kubeWrites().filter((write) => write.endsWith(' secrets')),
      ['patch secrets'],
    );
    assert.equal(digestOf((await secret('alive-ca')).data), digestOf(ca.data));
    await eventually(() => whole.assertSilent('mgw', 'alive'));
  });

  it('keeps finalizers of others beside ours', async () => {
    const { whole } = given;
    const patch = { metadata: { finalizers: ['example.com/theirs'] } };
    await whole.here(['patch', 'secret', 'alive-curl', '--type=merge', '-p', JSON.stringify(patch)]);
    await eventually(async () =>
      assert.deepEqual((await secret('alive-curl')).metadata.finalizers, ['example.com/theirs', inUse]),
    );
    // Deleted, and held by the other: it is used for as long as it is there.
    await whole.here(['delete', 'secret', 'alive-curl', '--wait=false']);
    await eventually(async () =>
      assert.deepEqual((await secret('alive-curl')).metadata.finalizers, ['example.com/theirs']),
    );
    await whole.ready('mgw', 'alive');
    await eventually(() => whole.assertSilent('mgw', 'alive'));
    const { uid } = (await secret('alive-curl')).metadata;
    await whole.here(['patch', 'secret', 'alive-curl', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await eventually(async () => assert.notEqual((await secret('alive-curl')).metadata.uid, uid));
  });

  for (const { name, anew } of [
    { name: 'alive-server', anew: { ca: 0, server: 1, 'client/curl': 0 } },
    { name: 'alive-ca', anew: { ca: 1, server: 1, 'client/curl': 1 } },
  ]) {
    it(`is issued anew at once when somebody deletes ${name}, and once only`, async () => {
      const { whole } = given;
      await whole.ready('mgw', 'alive');
      const before = Object.keys(anew).map(issued);
      const { uid } = (await secret(name)).metadata;
      await whole.here(['delete', 'secret', name, '--timeout=5s']);
      await eventually(async () => assert.notEqual((await secret(name)).metadata.uid, uid));
      await whole.ready('mgw', 'alive');
      await eventually(() => whole.assertSilent('mgw', 'alive'));
      const now = Object.keys(anew).map(issued);
      assert.deepEqual(
        now.map((count, index) => count - (before[index] ?? 0)),
        Object.values(anew),
      );
    });
  }

  it('is issued anew at once also where the gateway has long been out of reach', async () => {
    const { whole } = given;
    await whole.ready('mgw', 'alive');
    await whole.stopOperator();
    await whole.fault({ close: true });
    await whole.apply(aGateway({ name: 'alive', hosts: ['alive.example', 'more.example'] }));
    const driftInterval = Temporal.Duration.from({ minutes: 5 });
    await whole.startOperator({ driftInterval, livenessInterval: Temporal.Duration.from({ hours: 1 }) });
    await whole.until('mgw', 'alive', 'GatewaySynced', 'Unknown', 'GatewayUnreachable');
    const nextAttempt = () => {
      const line = whole.logs.findLast((one) => one.includes('"reason":"GatewayUnreachable"') && one.includes('nextA'));
      const { nextAttempt: at } = JSON.parse(line ?? '{}') as { readonly nextAttempt: string };
      return Temporal.Instant.from(at).since(Temporal.Now.instant()).total('milliseconds');
    };
    await eventually(() => assert.ok(nextAttempt() > 3000, `${nextAttempt()} ms`));
    const { uid } = (await secret('alive-curl')).metadata;
    const [next, start] = [nextAttempt(), performance.now()];
    await whole.here(['delete', 'secret', 'alive-curl', '--timeout=5s']);
    await eventually(async () => assert.notEqual((await secret('alive-curl')).metadata.uid, uid));
    const took = performance.now() - start;
    assert.ok(took < next, `took ${took} ms, and would have been tried again after ${next} ms`);
    await whole.stopOperator();
    await whole.fault({});
    await whole.startOperator();
    await whole.ready('mgw', 'alive');
  });
});
