import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

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
        'Normal Removed: Deleted, since the spec no longer needs them: Secret shrinking-two',
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
