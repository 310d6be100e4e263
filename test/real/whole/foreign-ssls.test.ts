import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';
import { makePair } from '../../stand-in/admin-api.ts';

describe('an ssls object of somebody else at API7 Enterprise >= 3.6', () => {
  const given = useWhole({ profile: 'ee-3.10' });

  const at = (id: string) => `apisix/admin/ssls/${id}`;
  const inGroup = () => ({ searchParams: { gateway_group_id: given.whole.standIn.groups['default'] } });
  const put = (id: string, snis: readonly string[]) =>
    given.whole.standIn.admin.put(at(id), { ...inGroup(), json: { ...makePair(`/CN=${snis[0]}`), snis } });
  const remove = (id: string) => given.whole.standIn.admin.delete(at(id), inGroup());
  const conflict = async (name: string) => {
    const { status } = await given.whole.until('mgw', name, 'Stalled', 'True', 'SniConflict');
    return status?.conditions?.find(({ type }) => type === 'GatewaySynced')?.message ?? '';
  };

  it('keeps the host that it has, and the others are served', async () => {
    const { whole } = given;
    await put('theirs', ['taken.example']);
    await whole.apply(aGateway({ name: 'late', hosts: ['taken.example', 'free.example'] }));
    assert.equal(
      await conflict('late'),
      'The name taken.example is taken at the gateway by ssls/theirs, which belongs to somebody else; the operator does not change it',
    );
    const snis = (await whole.gatewayObjects()).filter((object) => object.startsWith('snis/'));
    assert.equal(snis.length, 1);
    await remove('theirs');
    await whole.ready('mgw', 'late');
    await whole.assertSilent('mgw', 'late');
  });

  it('that comes later for a host of ours is told, and ours stays', async () => {
    const { whole } = given;
    const objects = await whole.gatewayObjects();
    await put('later', ['free.example']);
    assert.match(await conflict('late'), /^The name free\.example is also taken at the gateway by ssls\/later/);
    assert.deepEqual(await whole.gatewayObjects(), objects);
  });

  it('stays when ours go', async () => {
    const { whole } = given;
    await whole.here(['delete', 'mgw', 'late', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects(), []);
    await whole.standIn.admin(at('later'), inGroup());
    await remove('later');
  });

  it('is no conflict where it shows what our SNI shows', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ name: 'shown', hosts: ['shown.example'] }));
    await whole.ready('mgw', 'shown');
    const secret = await whole.secret('shown-server');
    const json = { cert: secret['tls.crt'], key: secret['tls.key'], snis: ['shown.example'] };
    assert.ok(new X509Certificate(json.cert ?? '').checkHost('shown.example'));
    await whole.standIn.admin.put(at('view'), { ...inGroup(), json });
    await whole.forget();
    // A look for drift, and a reconcile after it.
    await eventually(async () => assert.ok((await readings()) >= 2));
    await whole.assertSilent('mgw', 'shown');
    await whole.ready('mgw', 'shown');
    await remove('view');
  });

  async function readings(): Promise<number> {
    const { list } = await given.whole.standIn
      .admin('stand-in/requests')
      .json<{ readonly list: readonly { readonly path: string; readonly method: string }[] }>();
    return list.filter(({ path, method }) => method === 'GET' && path.endsWith('/ssls')).length;
  }
});
