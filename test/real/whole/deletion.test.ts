import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { sha256Hex } from '../../../src/std/digest.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

interface Child {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly object[];
  };
  readonly data: Readonly<Record<string, string>>;
}

const digestOf = (data: Child['data']) => sha256Hex(JSON.stringify(data));
const inUse = 'mtls-operator.dev/in-use';

/** Against the garbage collector of a real kube-controller-manager. */
describe('what a resource has made, when it is deleted', () => {
  const given = useWhole();

  /** Secrets and ConfigMaps that were made for a resource of that name, in whichever state. */
  const childrenOf = async (name: string): Promise<readonly Child[]> => {
    const json = await given.whole.here(['get', 'secrets,configmaps', '-o', 'json']);
    const { items } = JSON.parse(json) as { readonly items: readonly Child[] };
    return items.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
  };
  /** What tells one object and its content from any other, and shows no key. */
  const content = (children: readonly Child[]) =>
    children.map(({ kind, metadata: { name, uid }, data }) => ({ kind, name, uid, data: digestOf(data) }));
  const names = (children: readonly Child[]) => children.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
  const readyOne = async (name: string, spec: object = {}) => {
    await given.whole.apply(aGateway({ name, hosts: [`${name}.example`], spec }));
    await given.whole.ready('mgw', name);
  };
  const startDeletion = (name: string, ...flags: readonly string[]) =>
    given.whole.here(['delete', 'mgw', name, '--wait=false', ...flags]);
  const untilBlocked = (kind: string, name: string) =>
    eventually(async () => assert.match(JSON.stringify((await given.whole.get(kind, name)).status), /DeletionBlocked/));
  const untilGone = (kind: string, name: string) =>
    eventually(async () => assert.equal(await given.whole.exists(kind, name), false));
  const untilNothingIsLeft = (name: string) =>
    eventually(async () => assert.deepEqual(names(await childrenOf(name)), []));
  const caOf = async (name: string) =>
    new X509Certificate((await given.whole.secret(`${name}-ca`))['tls.crt'] ?? '').serialNumber;
  const withoutFinalizers = (kind: string, name: string) =>
    given.whole.here(['patch', kind, name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);

  afterEach(() => given.whole.fault({}));

  for (const { cascade, collected } of [
    { cascade: 'background', collected: (_: Child) => true },
    { cascade: 'foreground', collected: ({ metadata }: Child) => metadata.deletionTimestamp !== undefined },
    { cascade: 'orphan', collected: ({ metadata }: Child) => metadata.ownerReferences === undefined },
  ]) {
    describe(`with --cascade=${cascade}`, () => {
      const name = `by-${cascade}`;
      let before: readonly Child[];

      it('stays as it is while the gateway cannot be cleaned, whatever the garbage collector has done', async () => {
        const { whole } = given;
        await readyOne(name);
        before = await childrenOf(name);
        assert.deepEqual(names(before), [`Secret/${name}-ca`, `Secret/${name}-curl`, `Secret/${name}-server`]);
        await whole.fault({ close: true });
        await startDeletion(name, `--cascade=${cascade}`);
        await untilBlocked('mgw', name);
        await eventually(async () => {
          const now = await childrenOf(name);
          assert.deepEqual(content(now), content(before));
          assert.ok(now.every(collected), 'the garbage collector has been there');
        });
        await eventually(async () =>
          assert.match((await whole.told('MtlsGateway', name)).join(), /Warning DeletionBlocked: .* gives no answer/),
        );
      });

      it(`${cascade === 'orphan' ? 'stays, without our finalizer,' : 'is gone'} once the gateway is clean`, async () => {
        const { whole } = given;
        await whole.forget();
        await whole.fault({});
        await untilGone('mgw', name);
        assert.deepEqual(await whole.gatewayObjects(), []);
        if (cascade !== 'orphan') return untilNothingIsLeft(name);
        const left = await childrenOf(name);
        assert.deepEqual(content(left), content(before));
        for (const { metadata } of left) {
          assert.deepEqual([metadata.finalizers, metadata.ownerReferences], [undefined, undefined]);
        }
        return undefined;
      });
    });
  }

  describe('in any of these ways', () => {
    it('is not touched by the next resource of that name where it was orphaned, until somebody removes it', async () => {
      const { whole } = given;
      const before = content(await childrenOf('by-orphan'));
      await whole.apply(aGateway({ name: 'by-orphan', hosts: ['by-orphan.example'] }));
      await whole.until('mgw', 'by-orphan', 'Stalled', 'True', 'NotOurs');
      assert.deepEqual(content(await childrenOf('by-orphan')), before);
      await whole.here(['delete', 'secret', ...before.map(({ name }) => name), '--timeout=10s']);
      await whole.ready('mgw', 'by-orphan');
      await whole.here(['delete', 'mgw', 'by-orphan', '--timeout=30s']);
      await untilNothingIsLeft('by-orphan');
    });

    it('is gone with the ConfigMap of an MtlsUpstream too', async () => {
      const { whole } = given;
      // Nothing listens there: the gateway is set up all the same.
      await whole.apply(anUpstream({ name: 'up', port: 9 }));
      await whole.until('mup', 'up', 'GatewaySynced', 'True');
      const before = await childrenOf('up');
      assert.deepEqual(names(before), ['ConfigMap/up-nginx', 'Secret/up-ca', 'Secret/up-client', 'Secret/up-server']);
      await whole.fault({ close: true });
      await whole.here(['delete', 'mup', 'up', '--wait=false', '--cascade=foreground']);
      await untilBlocked('mup', 'up');
      await eventually(async () => {
        const now = await childrenOf('up');
        assert.deepEqual(content(now), content(before));
        assert.ok(now.every(({ metadata }) => metadata.deletionTimestamp !== undefined));
      });
      await whole.fault({});
      await untilGone('mup', 'up');
      await untilNothingIsLeft('up');
    });

    it('costs one write for each of it, beside the one for the resource', async () => {
      const { whole } = given;
      await readyOne('counted');
      await whole.forget();
      await whole.here(['delete', 'mgw', 'counted', '--timeout=30s']);
      await untilNothingIsLeft('counted');
      assert.deepEqual(whole.kubeWrites(), ['patch secrets', 'patch secrets', 'patch secrets', 'patch mtlsgateways']);
    });

    for (const { what, name, spec, unblock } of [
      { what: 'the objects at the gateway are to be retained', name: 'retained', spec: { deletionPolicy: 'Retain' } },
      {
        what: 'the gateway is given up by force',
        name: 'forced',
        unblock: () => given.whole.here(['annotate', 'mgw', 'forced', 'mtls-operator.dev/force-delete=yes']),
      },
      {
        what: 'the finalizer is taken off by hand',
        name: 'unheld',
        unblock: () => withoutFinalizers('mgw', 'unheld'),
      },
    ]) {
      for (const cascade of ['background', 'foreground']) {
        it(`is gone where ${what} (${cascade})`, async () => {
          const { whole } = given;
          await readyOne(name, spec);
          await whole.fault({ close: true });
          await startDeletion(name, `--cascade=${cascade}`);
          if (unblock !== undefined) {
            await untilBlocked('mgw', name);
            await unblock();
          }
          await untilGone('mgw', name);
          await untilNothingIsLeft(name);
          await whole.fault({});
          // Takes back what was left at the gateway, and tidies up.
          await readyOne(name);
          await whole.here(['delete', 'mgw', name, '--timeout=30s']);
          await eventually(async () => assert.deepEqual(await whole.gatewayObjects(), []));
        });
      }
    }

    for (const cascade of ['background', 'foreground']) {
      it(`is gone where no gateway was ever reached, so that nothing holds the resource (${cascade})`, async () => {
        const { whole } = given;
        await readyOne('early');
        await whole.here(['delete', 'mgw', 'early', '--timeout=60s']);
        // A new process has never read the gateway; what was read is used for some seconds.
        await whole.stopOperator();
        await whole.fault({ close: true });
        await whole.startOperator();
        await whole.apply(aGateway({ name: 'early', hosts: ['early.example'] }));
        await whole.until('mgw', 'early', 'CertificatesReady', 'True');
        assert.equal((await childrenOf('early')).length, 3);
        await whole.here(['delete', 'mgw', 'early', '--timeout=30s', `--cascade=${cascade}`]);
        await untilNothingIsLeft('early');
      });
    }

    it('waits for the next operator where none runs and its resource is gone, and is let go by that at its start', async () => {
      const { whole } = given;
      await readyOne('alone');
      await whole.stopOperator();
      await startDeletion('alone');
      await withoutFinalizers('mgw', 'alone');
      await untilGone('mgw', 'alone');
      await eventually(async () => {
        const left = await childrenOf('alone');
        assert.equal(left.length, 3);
        assert.ok(left.every(({ metadata }) => metadata.deletionTimestamp !== undefined));
      });
      await whole.startOperator();
      await untilNothingIsLeft('alone');
      await readyOne('alone');
      await whole.here(['delete', 'mgw', 'alone', '--timeout=30s']);
    });

    it('does not keep its namespace from going', async () => {
      const { whole } = given;
      const elsewhere = await whole.cluster.namespace();
      await whole.stopOperator();
      await whole.startOperator({ watchNamespaces: [whole.namespace, elsewhere] });
      const there = (args: readonly string[], input?: string) => whole.kubectl(['-n', elsewhere, ...args], input);
      await there(['apply', '-f', '-'], JSON.stringify(aGateway({ name: 'moved', hosts: ['moved.example'] })));
      await there(['wait', '--for=condition=Ready', '--timeout=30s', 'mgw/moved']);
      await whole.kubectl(['delete', 'namespace', elsewhere, '--timeout=90s']);
      assert.deepEqual(await whole.gatewayObjects(), []);
      await whole.stopOperator();
      await whole.startOperator();
    });

    it('stays the same while the deletion is taken back too early, and is another one after it', async () => {
      const { whole } = given;
      await readyOne('regretted');
      const before = await childrenOf('regretted');
      const ca = await caOf('regretted');
      await whole.fault({ close: true });
      await startDeletion('regretted', '--cascade=foreground');
      await untilBlocked('mgw', 'regretted');
      await eventually(async () =>
        assert.ok((await childrenOf('regretted')).every(({ metadata }) => metadata.deletionTimestamp !== undefined)),
      );
      await whole.apply(aGateway({ name: 'regretted', hosts: ['regretted.example'] }));
      assert.deepEqual(content(await childrenOf('regretted')), content(before));
      await whole.fault({});
      await untilGone('mgw', 'regretted');
      await readyOne('regretted');
      assert.notEqual(await caOf('regretted'), ca);
      await whole.here(['delete', 'mgw', 'regretted', '--timeout=30s']);
    });

    it('comes from a backup without its resource, and is let go', async () => {
      const { whole } = given;
      await readyOne('stale');
      const backup = await whole.get<Child>('secret', 'stale-ca');
      const { deletionTimestamp: _, uid: __, ...metadata } = backup.metadata;
      await whole.here(['delete', 'mgw', 'stale', '--timeout=30s']);
      await untilNothingIsLeft('stale');
      const restored = JSON.stringify({ ...backup, metadata: { ...metadata, resourceVersion: undefined } });
      await whole.here(['create', '-f', '-'], restored);
      await untilNothingIsLeft('stale');
      await whole.here(['create', '-f', '-'], restored);
      await readyOne('stale');
      assert.notEqual(digestOf((await whole.get<Child>('secret', 'stale-ca')).data), digestOf(backup.data));
      await whole.here(['delete', 'mgw', 'stale', '--timeout=30s']);
    });
  });
});

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

describe('what a spec no longer asks for', () => {
  const given = useWhole();
  const clients = (...names: readonly string[]) => names.map((name) => ({ name, commonName: name.toUpperCase() }));
  const apply = async (spec: object) => {
    await given.whole.apply(aGateway({ name: 'shrinking', hosts: ['shrinking.example'], spec }));
    await given.whole.ready('mgw', 'shrinking');
  };
  const exist = async (...names: readonly string[]) => {
    const found = await Promise.all(names.map((name) => given.whole.exists('secret', `shrinking-${name}`)));
    return names.filter((_, index) => found[index]);
  };
  const removed = async () =>
    (await given.whole.told('MtlsGateway', 'shrinking')).filter((line) => line.startsWith('Normal Removed'));

  it('is deleted when a client is removed, after the new state is at the gateway, and told of', async () => {
    const { whole } = given;
    await apply({ clients: clients('one', 'two') });
    await whole.forget();
    await apply({ clients: clients('one') });
    await eventually(async () => assert.deepEqual(await exist('one', 'two'), ['one']));
    assert.deepEqual(
      whole.kubeWrites().filter((write) => write.endsWith(' secrets')),
      ['patch secrets', 'delete secrets'],
    );
    await eventually(async () =>
      assert.deepEqual(await removed(), [
        'Normal Removed: Deleted what the spec no longer asks for: Secret shrinking-two',
      ]),
    );
    await eventually(() => whole.assertSilent('mgw', 'shrinking'));
  });

  it('stays while the gateway cannot be told, and goes then', async () => {
    const { whole } = given;
    await apply({ clients: clients('one', 'two') });
    await whole.fault({ status: 500 });
    const spec = { clients: clients('one'), hosts: ['shrinking.example', 'more.example'] };
    await whole.apply(aGateway({ name: 'shrinking', spec }));
    await whole.until('mgw', 'shrinking', 'GatewaySynced', 'False', 'GatewayError');
    assert.deepEqual(await exist('two'), ['two']);
    await whole.fault({});
    await whole.ready('mgw', 'shrinking');
    await eventually(async () => assert.deepEqual(await exist('two'), []));
  });

  it('is deleted when a Secret gets another name', async () => {
    await apply({ clients: clients('one'), serverCertificate: { secretName: 'shrinking-renamed' } });
    await eventually(async () => assert.deepEqual(await exist('server', 'renamed'), ['renamed']));
  });

  it('stays with unusedSecretPolicy: Retain, until that is Delete or the resource is deleted', async () => {
    const { whole } = given;
    const serverCertificate = { secretName: 'shrinking-renamed' };
    await apply({ clients: clients('one', 'two'), serverCertificate });
    await apply({ clients: clients('one'), serverCertificate, unusedSecretPolicy: 'Retain' });
    await eventually(() => whole.assertSilent('mgw', 'shrinking'));
    assert.deepEqual(await exist('one', 'two'), ['one', 'two']);
    await apply({ clients: clients('one'), serverCertificate, unusedSecretPolicy: 'Delete' });
    await eventually(async () => assert.deepEqual(await exist('one', 'two'), ['one']));
  });

  it('stays where another resource refers to it', async () => {
    const { whole } = given;
    const ca = { secretRef: { name: 'shrinking-ca' } };
    await whole.apply(aGateway({ name: 'referring', hosts: ['referring.example'], spec: { ca, clients: [] } }));
    await whole.ready('mgw', 'referring');
    await apply({
      ca: { generated: { commonName: 'NEXT', secretName: 'shrinking-next-ca' } },
      clients: clients('one'),
    });
    await eventually(() => whole.assertSilent('mgw', 'shrinking'));
    assert.deepEqual(await exist('ca', 'next-ca'), ['ca', 'next-ca']);
    await whole.here(['delete', 'mgw', 'referring', '--timeout=30s']);
    await whole.touch('mgw', 'shrinking');
    await eventually(async () => assert.deepEqual(await exist('ca', 'next-ca'), ['next-ca']));
    await whole.here(['delete', 'mgw', 'shrinking', '--timeout=30s']);
  });

  it('is no copy of a Secret under another name, with owner, finalizer and all', async () => {
    const { whole } = given;
    await apply({ clients: clients('one', 'two') });
    const copy = (await whole.here(['get', 'secret', 'shrinking-two', '-o', 'yaml']))
      .replaceAll('shrinking-two', 'shrinking-copy')
      .replace(/^ {2}(uid|resourceVersion): .*\n/gm, '');
    await whole.here(['create', '-f', '-'], copy);
    await apply({ clients: clients('one') });
    await eventually(async () => assert.deepEqual(await exist('one', 'two', 'copy'), ['one', 'copy']));
    await eventually(() => whole.assertSilent('mgw', 'shrinking'));
    assert.deepEqual(await exist('copy'), ['copy']);
    // It can be deleted as any other, and goes with the resource otherwise.
    await whole.here(['delete', 'secret', 'shrinking-copy', '--timeout=5s']);
    await whole.here(['create', '-f', '-'], copy);
    await whole.here(['delete', 'mgw', 'shrinking', '--timeout=60s']);
    await eventually(async () => assert.deepEqual(await exist('one', 'copy'), []));
  });

  it('is never a Secret of somebody else', async () => {
    const { whole } = given;
    const labels = { 'app.kubernetes.io/managed-by': 'mtls-operator' };
    const metadata = { name: 'shrinking-theirs', labels };
    await whole.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password: 'theirs' } });
    await apply({ clients: clients('theirs-not') });
    await apply({ clients: [] });
    await eventually(() => whole.assertSilent('mgw', 'shrinking'));
    assert.deepEqual(await whole.secret('shrinking-theirs'), { password: 'theirs' });
    await whole.here(['delete', 'mgw', 'shrinking', '--timeout=30s']);
    assert.deepEqual(await whole.secret('shrinking-theirs'), { password: 'theirs' });
  });
});
