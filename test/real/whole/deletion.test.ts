import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type Child, digestOf } from '../../harness/child.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

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
          assert.match((await whole.told('MtlsGateway', name)).join(), /Warning DeletionBlocked: .* does not answer/),
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
