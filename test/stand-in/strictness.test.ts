import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { groupToken, makePair, openAdminApi, userToken } from './admin-api.ts';

type Api = ReturnType<typeof openAdminApi>;

const pair = makePair('/CN=leaf', 'subjectAltName=DNS:a.test,DNS:*.b.test,IP:10.0.0.7');
const other = makePair('/CN=other.test');

const certificate = { name: 'leaf', ...pair };
const ca = { name: 'ca', cert: other.cert };
const sni = { name: 'a', domain: 'a.test', certificates: ['leaf'], mtls: { enabled: true, ca_certificates: ['ca'] } };
const service = {
  name: 'up',
  type: 'http',
  upstream: {
    scheme: 'https',
    nodes: [{ host: '10.0.0.7', port: 8443, weight: 100 }],
    client_certificate: 'client',
    ca_certificates: ['ca'],
    tls_verify: true,
  },
};
const route = { name: 'hello', service_id: 'up', paths: ['/hello'], methods: ['GET'] };

async function fill({ put }: Api) {
  await put('certificates', 'leaf', certificate);
  await put('certificates', 'client', { ...certificate, name: 'client' });
  await put('certificates', 'spare', { ...certificate, name: 'spare' });
  await put('ca_certificates', 'ca', ca);
  await put('snis', 'a', sni);
  await put('services', 'up', service);
  await put('routes', 'hello', route);
}

describe('the Admin API of the stand-in', () => {
  let api: Api;
  beforeEach(async () => {
    api = openAdminApi();
    await fill(api);
  });
  afterEach(() => api.close());

  describe('asks who is there', () => {
    const basic = { authorization: `Basic ${Buffer.from(`admin:${userToken}`).toString('base64')}` };
    for (const { name, headers, group, want } of [
      { name: 'nobody', headers: {}, group: true, want: 401 },
      { name: 'a wrong token', headers: { 'x-api-key': 'a7ee-wrong' }, group: true, want: 401 },
      { name: 'HTTP Basic', headers: basic, group: true, want: 401 },
      { name: 'a user', headers: { 'x-api-key': userToken }, group: true, want: 200 },
      { name: 'a user who names no group', headers: { 'x-api-key': userToken }, group: false, want: 400 },
      { name: "a group's key, which implies the group", headers: { 'x-api-key': groupToken }, group: false, want: 200 },
    ]) {
      it(`answers ${name}: ${want}`, async () => {
        const url = `/apisix/admin/certificates/leaf${group ? `?gateway_group_id=${api.group.id}` : ''}`;
        const answer = await api.call({ method: 'GET', url, headers });
        assert.equal(answer.status, want);
        assert.equal(typeof answer.body['error_msg'], want === 200 ? 'undefined' : 'string');
      });
    }
  });

  describe('knows paths, groups and objects', () => {
    for (const { name, url, want } of [
      { name: 'its version', url: '/api/version', want: 200 },
      { name: 'its status', url: '/api/status', want: 200 },
      { name: 'another path', url: '/apisix/admin/ssls', want: 404 },
      { name: 'another object', url: '/apisix/admin/snis/none?gateway_group_id=GROUP', want: 404 },
      { name: 'another group', url: '/apisix/admin/snis?gateway_group_id=none', want: 404 },
      { name: 'an object of another group', url: '/apisix/admin/snis/a?gateway_group_id=OTHER', want: 404 },
      { name: 'another query parameter', url: '/apisix/admin/snis?gateway_group_id=GROUP&domain=a.test', want: 400 },
    ]) {
      it(`answers ${name}: ${want}`, async () => {
        const filled = url.replace('GROUP', api.group.id).replace('OTHER', api.groups[1]?.id ?? '');
        assert.equal((await api.call({ method: 'GET', url: filled })).status, want);
      });
    }
  });

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
        says: '/upstream/retries',
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

  describe('shows', () => {
    const shown = async (path: string) =>
      (await api.call({ method: 'GET', url: api.inGroup(path) })).body['value'] as Record<string, unknown>;

    it('names and times of a certificate, and never its key', async () => {
      const { validToDate, validFromDate } = new X509Certificate(pair.cert);
      const { created_at, updated_at, ...rest } = await shown('certificates/leaf');
      assert.ok(Number.isInteger(created_at) && Number.isInteger(updated_at));
      assert.deepEqual(rest, {
        id: 'leaf',
        name: 'leaf',
        cert: pair.cert,
        snis: ['a.test', '*.b.test'],
        validity_start: validFromDate.getTime() / 1000,
        validity_end: validToDate.getTime() / 1000,
        exptime: validToDate.getTime() / 1000,
      });
    });

    it('the CN where a certificate has no SAN', async () => {
      await api.put('certificates', 'other', { ...other, name: 'other' });
      assert.deepEqual((await shown('certificates/other'))['snis'], ['other.test']);
    });

    it('no key in any answer to a write or a list', async () => {
      const answers = [
        await api.put('certificates', 'leaf', certificate),
        await api.call({ method: 'POST', url: api.inGroup('certificates'), body: certificate }),
        await api.call({
          method: 'PATCH',
          url: api.inGroup('certificates/leaf'),
          body: [{ op: 'replace', path: '/name', value: 'n' }],
        }),
        await api.call({ method: 'GET', url: api.inGroup('certificates') }),
      ];
      assert.deepEqual(
        answers.map(({ text }) => text.includes('PRIVATE KEY')),
        [false, false, false, false],
      );
    });

    it('the defaults that were not sent', async () => {
      const { status, strip_path_prefix, upstream } = await shown('services/up');
      const { name, type, pass_host } = upstream as Record<string, unknown>;
      assert.deepEqual([status, strip_path_prefix, name, type, pass_host], [1, true, 'default', 'roundrobin', 'pass']);
    });
  });

  describe('writes', () => {
    it('under an id of its own for POST', async () => {
      const answer = await api.call({ method: 'POST', url: api.inGroup('ca_certificates'), body: ca });
      assert.equal(answer.status, 200);
      assert.match(String((answer.body['value'] as { id: string }).id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    it('and replaces the whole object for PUT', async () => {
      const { mtls: _, ...without } = sni;
      const answer = await api.put('snis', 'a', without);
      assert.equal('mtls' in (answer.body['value'] as object), false);
    });

    for (const { name, patch, want } of [
      { name: 'a change', patch: [{ op: 'replace', path: '/upstream/retries', value: 2 }], want: 400 },
      { name: 'an addition', patch: [{ op: 'add', path: '/upstream/retries', value: 2 }], want: 200 },
      { name: 'the removal of a needed field', patch: [{ op: 'remove', path: '/name' }], want: 400 },
      { name: 'a merge, which is no patch', patch: { name: 'x' }, want: 400 },
      {
        name: 'the result that breaks a reference',
        patch: [{ op: 'replace', path: '/upstream/client_certificate', value: 'none' }],
        want: 400,
      },
    ]) {
      it(`RFC 6902: answers ${name}: ${want}`, async () => {
        const answer = await api.call({ method: 'PATCH', url: api.inGroup('services/up'), body: patch });
        assert.equal(answer.status, want, answer.text);
        const { body } = await api.call({ method: 'GET', url: api.inGroup('services/up') });
        assert.equal(
          (body['value'] as typeof service & { upstream: { retries?: number } }).upstream.retries,
          want === 200 ? 2 : undefined,
        );
      });
    }

    it('and tells the data plane of that group, but only when something changed', async () => {
      api.changed.length = 0;
      await api.put('snis', 'a', sni);
      await api.call({ method: 'PUT', url: api.inGroup('snis/a'), body: {} });
      await api.call({ method: 'GET', url: api.inGroup('snis/a') });
      await api.call({ method: 'DELETE', url: api.inGroup('snis/a') });
      assert.deepEqual(api.changed, ['default', 'default']);
    });
  });

  describe('deletes', () => {
    for (const { name, path, want } of [
      { name: 'a certificate that an SNI shows', path: 'certificates/leaf', want: 400 },
      { name: 'a certificate that an upstream gets', path: 'certificates/client', want: 400 },
      { name: 'a CA that is trusted', path: 'ca_certificates/ca', want: 400 },
      { name: 'a certificate that nobody uses', path: 'certificates/spare', want: 200 },
      { name: 'what does not exist', path: 'snis/none', want: 404 },
    ]) {
      it(`answers ${name}: ${want}`, async () => {
        const answer = await api.call({ method: 'DELETE', url: api.inGroup(path) });
        assert.equal(answer.status, want, answer.text);
        if (want === 200) assert.equal(answer.text, '""');
      });
    }

    it('the routes of a service with it', async () => {
      assert.equal((await api.call({ method: 'DELETE', url: api.inGroup('services/up') })).status, 200);
      assert.equal((await api.call({ method: 'GET', url: api.inGroup('routes/hello') })).status, 404);
    });

    it('everything in the order that leaves no reference open', async () => {
      for (const path of [
        'routes/hello',
        'services/up',
        'snis/a',
        'certificates/client',
        'certificates/leaf',
        'ca_certificates/ca',
      ]) {
        assert.equal((await api.call({ method: 'DELETE', url: api.inGroup(path) })).status, 200, path);
      }
    });
  });
});
