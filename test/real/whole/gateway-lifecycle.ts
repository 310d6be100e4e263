import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { tlsProbe } from '../../../src/probe/tls-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole, type WholeOptions } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

/** To be called inside of `describe`. */
export function gatewayLifecycle(options: WholeOptions = {}): void {
  const given = useWhole(options);

  const visit = async (name: string, host = 'test.com', secret = `${name}-curl`) => {
    const { standIn } = given.whole;
    const pair = await given.whole.secret(secret);
    const client = { chainPem: pair['tls.crt'] ?? '', keyPem: pair['tls.key'] ?? '', sha256Fingerprint: '' };
    const address = { host: '127.0.0.1', port: standIn.httpsPort };
    const trust = [pair['ca.crt'] ?? ''];
    const invited = await tlsProbe({ address, serverName: host, path: '/', trust, client, deadline });
    const uninvited = await tlsProbe({ address, serverName: host, path: '/', trust, deadline });
    return { invited, uninvited };
  };

  it('becomes Ready with three Secrets, three objects at the gateway, and as few writes as that takes', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    assert.deepEqual(whole.kubeWrites(), [
      'create secrets',
      'create secrets',
      'create secrets',
      'apply mtlsgateways',
      'patch mtlsgateways/status',
    ]);
    const kinds = (await whole.gatewayWrites()).map((write) => write.split('/')[0]);
    assert.deepEqual(kinds, ['PUT ca_certificates', 'PUT certificates', 'PUT snis']);
  });

  it('satisfies kubectl wait', async () => {
    await given.whole.here(['wait', '--for=condition=Ready', '--timeout=10s', 'mgw/test-com']);
  });

  it('shows READY, HOSTS, GATEWAY, EXPIRES, ROTATION and AGE', async () => {
    const [head = '', row = ''] = (await given.whole.here(['get', 'mtlsgateway'])).split('\n');
    assert.deepEqual(head.split(/\s+/), ['NAME', 'READY', 'HOSTS', 'GATEWAY', 'EXPIRES', 'ROTATION', 'AGE']);
    assert.match(row, /^test-com +True +test\.com +default +20\d\d-\d\d-\d\dT[\d:]+Z +\d+s$/);
  });

  it('lets the client certificate in and refuses its absence with alert 116 at the first read', async () => {
    const { invited, uninvited } = await visit('test-com');
    assert.equal(invited.kind, 'answered');
    assert.deepEqual(
      [uninvited.kind, 'alert' in uninvited && uninvited.alert, 'moment' in uninvited && uninvited.moment],
      ['refused', 116, 'read'],
    );
  });

  it('says in its status what the Secrets hold', async () => {
    const { whole } = given;
    const { status } = await whole.get('mgw', 'test-com');
    assert.deepEqual(
      status?.certificates?.map(({ name }) => name),
      ['ca', 'server', 'client/curl'],
    );
    for (const said of status?.certificates ?? []) {
      const x509 = new X509Certificate((await whole.secret(said.secretName))['tls.crt'] ?? '');
      assert.equal(said.serialNumber, x509.serialNumber.toLowerCase());
      assert.equal(said.sha256Fingerprint, x509.fingerprint256.replaceAll(':', '').toLowerCase());
      assert.equal(Date.parse(said.notAfter), Date.parse(x509.validTo));
      const lifetime = Date.parse(said.notAfter) - Date.parse(said.notBefore);
      const early = Date.parse(said.notBefore) + (lifetime * 2) / 3 - Date.parse(said.renewalTime ?? '');
      assert.ok(early > -2000 && early < lifetime / 20 + 2000, `${said.name}: ${early} ms`);
      assert.equal(said.issuedBecause, 'FirstIssue');
    }
    const objects = status?.gateway?.objects.map(({ kind, id }) => `${kind}/${id}`);
    assert.deepEqual(objects, await whole.gatewayObjects());
  });

  it('keeps the key of the CA out of every leaf Secret', async () => {
    const { whole } = given;
    const caKey = (await whole.secret('test-com-ca'))['tls.key'] ?? '';
    for (const name of ['test-com-server', 'test-com-curl']) {
      const secret = await whole.secret(name);
      assert.deepEqual(Object.keys(secret).sort(), ['ca.crt', 'tls.crt', 'tls.key']);
      assert.ok(!JSON.stringify(secret).includes(caKey.slice(30, 90)));
    }
  });

  it('writes nothing when it is reconciled once more', () => given.whole.assertSilent('mgw', 'test-com'));

  for (const { what, change } of [
    {
      what: 'an edited certificate',
      change: ['patch', 'secret', 'test-com-server', '--type=merge', '-p', '{"data":{"tls.crt":"eA=="}}'],
    },
    {
      what: 'a key of somebody else',
      change: ['patch', 'secret', 'test-com-curl', '--type=merge', '-p', '{"data":{"tls.key":"eA=="}}'],
    },
    { what: 'a deleted Secret', change: ['delete', 'secret', 'test-com-server'] },
    {
      what: 'an edited trust bundle',
      change: ['patch', 'secret', 'test-com-curl', '--type=merge', '-p', '{"data":{"ca.crt":"eA=="}}'],
    },
    {
      what: 'labels taken off',
      change: ['label', 'secret', 'test-com-curl', 'app.kubernetes.io/managed-by-', 'mtls-operator.dev/role-'],
    },
    { what: 'a deleted CA', change: ['delete', 'secret', 'test-com-ca'] },
  ]) {
    it(`repairs ${what}`, async () => {
      const { whole } = given;
      await whole.here(change);
      await eventually(async () => {
        const { invited, uninvited } = await visit('test-com');
        assert.deepEqual([invited.kind, uninvited.kind], ['answered', 'refused']);
        const [ca, leaf] = [await whole.secret('test-com-ca'), await whole.secret('test-com-curl')];
        assert.equal(leaf['ca.crt'], ca['tls.crt']);
        assert.ok(
          new X509Certificate(leaf['tls.crt'] ?? '').verify(new X509Certificate(ca['tls.crt'] ?? '').publicKey),
        );
        assert.match(
          await whole.here(['get', 'secret', 'test-com-curl', '-o', 'jsonpath={.metadata.labels}']),
          /managed-by/,
        );
      });
      await whole.ready('mgw', 'test-com');
      await eventually(() => whole.assertSilent('mgw', 'test-com'));
    });
  }

  it('warned of the CA that was deleted, and of no other repair', async () => {
    const warnings = (await given.whole.told('MtlsGateway', 'test-com')).filter((told) => told.startsWith('Warning'));
    assert.deepEqual(warnings, [
      'Warning CaReplaced: The CA in the Secret test-com-ca was replaced, since the Secret does not exist: clients with a certificate of the old CA are rejected until they use one of the new CA',
    ]);
  });

  it('leaves alone what others add to its Secrets', async () => {
    const { whole } = given;
    await whole.here(['label', 'secret', 'test-com-curl', 'team=shop']);
    await whole.here([
      'patch',
      'secret',
      'test-com-curl',
      '--type=merge',
      '-p',
      '{"data":{"tls.crt":"eA==","note":"eA=="}}',
    ]);
    await eventually(async () => assert.notEqual((await whole.secret('test-com-curl'))['tls.crt'], 'x'));
    const { metadata } = await whole.get<{ metadata: { labels: Record<string, string> } }>('secret', 'test-com-curl');
    assert.equal(metadata.labels['team'], 'shop');
    assert.equal((await whole.secret('test-com-curl'))['note'], 'x');
  });

  // Sessions that began without a certificate meanwhile are refused.
  const refusesSessions = 'PUT global_rules/fault-injection';
  for (const { what, kind, also } of [
    { what: 'an SNI without mTLS', kind: 'snis', also: [refusesSessions] },
    { what: 'a certificate that was replaced', kind: 'certificates', also: [] },
  ]) {
    it(`repairs ${what} at the gateway`, async () => {
      const { whole } = given;
      await whole.ready('mgw', 'test-com');
      const object = (await whole.gatewayObjects()).find((name) => name.startsWith(kind)) ?? '';
      const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
      const pair = await whole.secret('test-com-curl');
      const json =
        kind === 'snis'
          ? [{ op: 'replace', path: '/mtls', value: { enabled: false } }]
          : [{ op: 'replace', path: '/cert', value: pair['tls.crt'] }];
      const headers = { 'content-type': 'application/json' };
      await whole.standIn.admin.patch(`apisix/admin/${object}`, { searchParams, json, headers });
      await whole.forget();
      await eventually(async () => assert.deepEqual(await whole.gatewayWrites(), [`PUT ${object}`, ...also]));
      await whole.ready('mgw', 'test-com');
    });
  }

  it('repairs an object that was deleted at the gateway', async () => {
    const { whole } = given;
    const before = await whole.gatewayObjects();
    const searchParams = { gateway_group_id: whole.standIn.groups['default'] ?? '' };
    for (const object of before.toReversed())
      await whole.standIn.admin.delete(`apisix/admin/${object}`, { searchParams });
    await eventually(async () => assert.deepEqual(await whole.gatewayObjects(), before));
  });

  it('follows an edit of its hosts: the new one is served, the old one is gone', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ hosts: ['other.example', '*.wild.example'] }));
    await whole.ready('mgw', 'test-com');
    assert.equal((await visit('test-com', 'other.example')).invited.kind, 'answered');
    assert.equal((await visit('test-com', 'a.wild.example')).uninvited.kind, 'refused');
    assert.equal((await whole.gatewayObjects()).filter((object) => object.startsWith('snis')).length, 2);
    const gone = await eventually(async () => {
      const { invited } = await visit('test-com', 'test.com');
      assert.deepEqual([invited.kind, 'alert' in invited && invited.alert], ['refused', 80]);
      return invited;
    });
    assert.ok(gone);
  });

  it('moves to another gateway group, and leaves nothing in the first', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ spec: { gatewayRef: { name: 'default', group: 'default-2' } } }));
    await eventually(async () => {
      assert.deepEqual(await whole.gatewayObjects('default'), []);
      assert.equal((await whole.gatewayObjects('default-2')).length, 3);
    });
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    assert.deepEqual(await whole.gatewayObjects('default-2'), []);
  });

  it('goes with its Secrets and its objects, in the order SNI, certificate, CA', async () => {
    const { whole } = given;
    await whole.forget();
    await whole.here(['delete', 'mgw', 'test-com', '--timeout=30s']);
    const kinds = (await whole.gatewayWrites()).map((write) => write.split('/')[0]);
    assert.deepEqual(kinds, ['DELETE snis', 'DELETE certificates', 'DELETE ca_certificates']);
    assert.deepEqual(await whole.gatewayObjects(), []);
    await eventually(async () => {
      for (const name of ['test-com-ca', 'test-com-server', 'test-com-curl'])
        assert.equal(await whole.exists('secret', name), false, name);
    });
  });
}
