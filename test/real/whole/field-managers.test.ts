import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

interface ManagedObject {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields: readonly {
      readonly manager: string;
      readonly operation: string;
      readonly subresource?: string;
      readonly fieldsV1: object;
    }[];
  };
}

const argo = 'argocd-controller';

describe('who owns which field, with the resource under server-side apply of Argo CD', () => {
  const given = useWhole();
  const serverSideApply = (manager: string, object: object) =>
    given.whole.here(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], stringify(object));
  const managersOf = async (kind: string, name: string) => {
    const text = await given.whole.here(['get', kind, name, '-o', 'json', '--show-managed-fields']);
    const { metadata } = JSON.parse(text) as ManagedObject;
    const owned = metadata.managedFields.map(({ manager, operation, subresource = 'object', fieldsV1 }) => {
      const parts = Object.entries(fieldsV1).flatMap(([part, fields]) =>
        part === 'f:metadata' ? Object.keys(fields) : [part],
      );
      return `${manager} ${operation} ${subresource}: ${parts.sort().join(' ')}`;
    });
    return owned.sort();
  };

  it('leaves the spec to Argo CD, and owns its finalizer and the status', async () => {
    await serverSideApply(argo, aGateway());
    await given.whole.ready('mgw', 'test-com');
    assert.deepEqual(await managersOf('mgw', 'test-com'), [
      `${argo} Apply object: f:spec`,
      'mtls-operator Apply object: f:annotations f:finalizers',
      'mtls-operator Update status: f:status',
    ]);
  });

  for (const secret of ['test-com-ca', 'test-com-server', 'test-com-curl']) {
    it(`owns the Secret ${secret} by updates alone`, async () => {
      const managers = await managersOf('secret', secret);
      assert.deepEqual(
        managers.map((line) => line.split(':')[0]),
        ['mtls-operator Update object'],
      );
    });
  }

  it('meets no conflict when Argo CD applies an edit or the same again', async () => {
    const edited = aGateway({ hosts: ['test.com', 'more.test.com'] });
    await serverSideApply(argo, edited);
    await given.whole.ready('mgw', 'test-com');
    await serverSideApply(argo, edited);
    await given.whole.assertSilent('mgw', 'test-com');
    assert.ok(!given.whole.logs.some((line) => line.includes('"Conflict"')));
  });

  it('keeps the annotation that another manager has on a Secret, through a renewal', async () => {
    const { whole } = given;
    const annotations = { 'reflector.example/allowed': 'true' };
    const metadata = { name: 'test-com-server', annotations };
    await serverSideApply('reflector', { apiVersion: 'v1', kind: 'Secret', metadata });
    const before = await whole.secret('test-com-server');
    await whole.here(['annotate', 'mgw', 'test-com', 'mtls-operator.dev/renew=now', '--overwrite']);
    await eventually(async () =>
      assert.notEqual((await whole.secret('test-com-server'))['tls.crt'], before['tls.crt']),
    );
    const { metadata: after } = await whole.get<ManagedObject>('secret', 'test-com-server');
    assert.equal(after.annotations?.['reflector.example/allowed'], 'true');
    assert.ok((await managersOf('secret', 'test-com-server')).includes('reflector Apply object: f:annotations'));
  });
});
