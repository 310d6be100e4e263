import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type AdminApi, openAdminApi } from './admin-api.ts';
import { ca, certificate, fill, other, pair, route, service, sni } from './objects.ts';

describe('the Admin API of the stand-in', () => {
  let api: AdminApi;
  before(async () => {
    api = openAdminApi();
    await fill(api);
  });
  after(() => api.close());

  describe('refuses a body', () => {
    const upstream = (more: object) => ({ ...service, upstream: { ...service.upstream, ...more } });
    for (const { name, kind, id, body, says } of [
      {
        name: 'with an unknown field',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, bogus: 1 },
        says: 'property "bogus" is unsupported',
      },
      {
        name: 'with a field that only answers have',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, created_at: 1 },
        says: 'created_at',
      },
      {
        name: 'with another id than the URL',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, id: 'y' },
        says: 'wrong id',
      },
      { name: 'without a name', kind: 'ca_certificates', id: 'x', body: { cert: ca.cert }, says: 'name' },
      {
        name: 'with an empty label',
        kind: 'ca_certificates',
        id: 'x',
        body: { ...ca, labels: { a: '' } },
        says: '/labels/a',
      },
      {
        name: 'with a label that is no text',
        kind: 'ca_certificates',
        id: 'x',
        body: { ...ca, labels: { a: 1 } },
        says: '/labels/a',
      },
      {
        name: 'with too long a name',
        kind: 'ca_certificates',
        id: 'x',
        body: { ...ca, name: 'n'.repeat(65_537) },
        says: '/name',
      },
      {
        name: 'with a certificate that is none',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, cert: 'x'.repeat(200) },
        says: 'failed to parse cert',
      },
      {
        name: 'with a truncated second certificate',
        kind: 'ca_certificates',
        id: 'x',
        body: { ...ca, cert: ca.cert + other.cert.slice(0, 200) },
        says: 'failed to parse cert',
      },
      {
        name: 'with two certificates glued together',
        kind: 'ca_certificates',
        id: 'x',
        body: { ...ca, cert: ca.cert.trimEnd() + other.cert },
        says: 'failed to parse cert',
      },
      {
        name: 'with a key that is none',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, key: 'x'.repeat(200) },
        says: 'failed to parse key',
      },
      {
        name: 'with a secret reference',
        kind: 'certificates',
        id: 'x',
        body: { ...certificate, key: '$secret://vault/1/key' },
        says: '/key',
      },
      {
        name: 'with the domain of another SNI',
        kind: 'snis',
        id: 'x',
        body: { ...sni, domain: 'A.test' },
        says: 'SNI already exists',
      },
      {
        name: 'with mTLS but no CA',
        kind: 'snis',
        id: 'a',
        body: { ...sni, mtls: { enabled: true } },
        says: "'ca_certificates'",
      },
      {
        name: 'with a certificate that does not exist',
        kind: 'snis',
        id: 'a',
        body: { ...sni, certificates: ['none'] },
        says: '[none]',
      },
      {
        name: 'with a CA that does not exist',
        kind: 'snis',
        id: 'a',
        body: { ...sni, mtls: { enabled: true, ca_certificates: ['none'] } },
        says: '[none]',
      },
      {
        name: 'without the type of the service',
        kind: 'services',
        id: 'x',
        body: { ...service, type: undefined },
        says: 'type',
      },
      {
        name: 'with a client certificate that does not exist',
        kind: 'services',
        id: 'x',
        body: upstream({ client_certificate: 'none' }),
        says: '[none]',
      },
      {
        name: 'with an upstream CA that does not exist',
        kind: 'services',
        id: 'x',
        body: upstream({ ca_certificates: ['none'] }),
        says: '[none]',
      },
      {
        name: 'with an unknown upstream field',
        kind: 'services',
        id: 'x',
        body: upstream({ ca_certs: [] }),
        says: '"ca_certs"',
      },
      {
        name: 'with a node that could end a directive',
        kind: 'services',
        id: 'x',
        body: upstream({ nodes: [{ host: 'a;b', port: 1, weight: 1 }] }),
        says: '/upstream/nodes/0/host',
      },
      {
        name: 'with a host that could end a directive',
        kind: 'services',
        id: 'x',
        body: upstream({ pass_host: 'rewrite', upstream_host: 'a;b' }),
        says: '/upstream/upstream_host',
      },
      {
        name: 'that rewrites the host without one',
        kind: 'services',
        id: 'x',
        body: upstream({ pass_host: 'rewrite' }),
        says: 'upstream_host',
      },
      {
        name: 'with what the data plane does not play',
        kind: 'services',
        id: 'x',
        body: upstream({ checks: {} }),
        says: 'does not play health checks',
      },
      {
        name: 'with a text for a number',
        kind: 'services',
        id: 'x',
        body: upstream({ retries: '2' }),
        says: 'Error at "/upstream/retries": value must be an integer',
      },
      {
        name: 'with a number for a text',
        kind: 'services',
        id: 'x',
        body: { ...service, path_prefix: 12_345 },
        says: 'Error at "/path_prefix": value must be a string',
      },
      {
        name: 'with a service that does not exist',
        kind: 'routes',
        id: 'x',
        body: { ...route, service_id: 'none' },
        says: '[none]',
      },
      { name: 'with the uri of APISIX', kind: 'routes', id: 'x', body: { ...route, uri: '/a' }, says: '"uri"' },
      { name: 'with a relative path', kind: 'routes', id: 'x', body: { ...route, paths: ['a'] }, says: '/paths/0' },
      {
        name: 'with a path that could end a rule',
        kind: 'routes',
        id: 'x',
        body: { ...route, paths: ['/a\tb'] },
        says: '/paths/0',
      },
      { name: 'under an id with a sign too many', kind: 'routes', id: 'a%2Fb', body: route, says: '/id' },
      { name: 'under an id that is too long', kind: 'routes', id: 'i'.repeat(257), body: route, says: '/id' },
    ]) {
      it(`${name}, and keeps what it had`, async () => {
        const before = await api.call({ method: 'GET', url: api.inGroup(`${kind}/${id}`) });
        const answer = await api.call({ method: 'PUT', url: api.inGroup(`${kind}/${id}`), body });
        assert.equal(answer.status, 400, answer.text);
        assert.ok(String(answer.body['error_msg']).includes(says), answer.text);
        assert.deepEqual(await api.call({ method: 'GET', url: api.inGroup(`${kind}/${id}`) }), before);
      });
    }

    it('that is no JSON, and echoes it with its key', async () => {
      const body = `{"key": ${JSON.stringify(pair.key)}`;
      const answer = await api.call({ method: 'PUT', url: api.inGroup('certificates/leaf'), body });
      assert.equal(answer.status, 400);
      assert.equal(answer.body['req_body'], body);
    });

    it('that is larger than 1.5 MiB', async () => {
      const body = { ...ca, desc: 'd'.repeat(1_572_864) };
      assert.equal((await api.call({ method: 'PUT', url: api.inGroup('ca_certificates/ca'), body })).status, 400);
    });
  });

  describe('of API7 Enterprise before 3.4', () => {
    let older: AdminApi;
    beforeEach(() => {
      older = openAdminApi('3.3');
    });
    afterEach(() => older.close());
    const ssl = { type: 'client', ...pair };
    const put = (id: string, body: object) => older.call({ method: 'PUT', url: older.inGroup(`ssls/${id}`), body });

    it('takes ids of 256 characters, and no longer ones', async () => {
      assert.equal((await put('i'.repeat(256), ssl)).status, 200);
      assert.equal((await put('i'.repeat(257), ssl)).status, 400);
    });

    it('refuses an Ed25519 key, which is shorter than its keys are', async () => {
      const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
      const { status, body } = await put('ed25519', { ...ssl, key });
      assert.equal(status, 400);
      assert.match(String(body['error_msg']), /^Error at "\/key": .*128 characters/);
    });
  });

  describe('takes what real gateways were seen to take', () => {
    const keyInside = pair.cert + pair.key;
    for (const { name, body } of [
      { name: 'a key of another certificate', body: { ...certificate, key: other.key } },
      { name: 'certificates in the wrong order', body: { ...certificate, cert: other.cert + pair.cert } },
      {
        name: 'text between the blocks',
        body: { ...certificate, cert: `subject: a\n${pair.cert}issuer: b\n${other.cert}` },
      },
      { name: 'CRLF', body: { ...certificate, cert: pair.cert.replaceAll('\n', '\r\n') } },
      { name: 'a private key beside the certificate', body: { ...certificate, cert: keyInside } },
      { name: 'no final newline', body: { ...certificate, cert: pair.cert.trimEnd(), key: pair.key.trimEnd() } },
    ]) {
      it(name, async () => {
        const answer = await api.call({ method: 'PUT', url: api.inGroup('certificates/leaf'), body });
        assert.equal(answer.status, 200, answer.text);
        assert.equal((answer.body['value'] as { cert: string }).cert, body.cert);
      });
    }
  });
});
