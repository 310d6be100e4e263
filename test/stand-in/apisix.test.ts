import assert from 'node:assert/strict';
import type { Call } from './admin-api.ts';
import {
  type ApisixApi,
  adminKey,
  clientSsl,
  fillApisix,
  openApisixApi,
  ssl,
  upstream,
  viewerKey,
} from './apisix-api.ts';
import { other, pair } from './objects.ts';

const { key: _, ...sslWithoutKey } = ssl;
const { snis: __, ...sslWithoutNames } = ssl;

describe('the Admin API of APISIX', () => {
  let api: ApisixApi;
  beforeEach(async () => {
    api = openApisixApi();
    await fillApisix(api);
  });
  afterEach(() => api.close());

  describe('asks who is there', () => {
    const cases: readonly { name: string; call: Partial<Call>; want: number; says: string }[] = [
      { name: 'nobody', call: { headers: {} }, want: 401, says: 'missing apikey' },
      { name: 'a wrong key', call: { headers: { 'x-api-key': 'x' } }, want: 401, says: 'wrong apikey' },
      { name: 'an administrator', call: {}, want: 200, says: '' },
      {
        name: 'a key in the query',
        call: { headers: {}, url: `/apisix/admin/ssls?api_key=${adminKey}` },
        want: 200,
        says: '',
      },
      { name: 'a key in a cookie', call: { headers: { cookie: `a=b; x_api_key=${adminKey}` } }, want: 200, says: '' },
      { name: 'a viewer who looks', call: { headers: { 'x-api-key': viewerKey } }, want: 200, says: '' },
      {
        name: 'a viewer who writes',
        call: { method: 'DELETE', url: '/apisix/admin/ssls/server', headers: { 'x-api-key': viewerKey } },
        want: 401,
        says: 'invalid method for role viewer',
      },
    ];
    for (const { name, call, want, says } of cases) {
      it(`answers ${name}: ${want} ${says}`, async () => {
        const answer = await api.call({ method: 'GET', url: '/apisix/admin/ssls', ...call });
        assert.equal(answer.status, want);
        if (want === 401) assert.deepEqual(answer.body, { description: says, error_msg: 'failed to check token' });
      });
    }
  });

  it('calls itself by name and version', async () => {
    const { headers } = await api.send('GET', 'ssls/none');
    assert.deepEqual([headers['server'], headers['x-api-version']], ['APISIX/3.18.0', 'v3']);
  });

  it('lives without a key', async () => {
    assert.equal((await api.call({ method: 'HEAD', url: '/apisix/admin', headers: {} })).status, 200);
  });

  describe('wraps', () => {
    it('an object with its key, and never shows the private key', async () => {
      const { body } = await api.send('GET', 'ssls/server');
      const { create_time, update_time, ...value } = body['value'] as Record<string, unknown>;
      assert.ok(Number.isInteger(create_time) && Number.isInteger(update_time));
      assert.deepEqual(value, { ...sslWithoutKey, id: 'server' });
      assert.deepEqual(
        { ...body, value: 0 },
        { key: '/apisix/ssls/server', value: 0, createdIndex: 101, modifiedIndex: 101 },
      );
    });

    it('a write without revisions, with the private key encrypted, always to the same text', async () => {
      const [first, second] = [await api.put('ssls/x', ssl), await api.put('ssls/x', ssl)];
      assert.deepEqual([first.status, second.status], [201, 200]);
      assert.deepEqual(Object.keys(first.body), ['key', 'value']);
      const keyOf = ({ body }: typeof first) => (body['value'] as { key: string }).key;
      assert.match(keyOf(first), /^[A-Za-z0-9+/]+=*$/);
      assert.equal(keyOf(first), keyOf(second));
    });

    it('a list of such objects', async () => {
      const { body } = await api.send('GET', 'ssls');
      assert.equal(body['total'], 2);
      assert.deepEqual(
        (body['list'] as { key: string }[]).map(({ key }) => key),
        ['/apisix/ssls/client', '/apisix/ssls/server'],
      );
    });

    it('a deletion', async () => {
      assert.deepEqual((await api.send('DELETE', 'ssls/server')).body, { key: '/apisix/ssls/server', deleted: '1' });
    });

    it('a POST under an id that is its revision', async () => {
      const { status, body } = await api.send('POST', 'ssls', ssl);
      assert.deepEqual([status, body['key']], [201, '/apisix/ssls/00000000000000000106']);
    });

    it('the client key of an upstream encrypted, also for GET', async () => {
      const tls = { client_cert: pair.cert, client_key: pair.key };
      await api.put('upstreams/inline', { ...upstream, tls });
      const { body } = await api.send('GET', 'upstreams/inline');
      const shown = (body['value'] as { tls: { client_key: string } }).tls.client_key;
      assert.match(shown, /^[A-Za-z0-9+/]+=*$/);
      assert.equal(
        (await api.send('PUT', 'upstreams/again', { ...upstream, tls: { ...tls, client_key: shown } })).status,
        201,
      );
    });
  });

  describe('lists', () => {
    const idsIn = (body: object) =>
      ((body as { list: { value: { id: string } }[] }).list ?? []).map(({ value }) => value.id);

    it('a page by age, and all by id', async () => {
      await api.put('ssls/a', clientSsl);
      assert.deepEqual(idsIn((await api.send('GET', 'ssls?page=1&page_size=10')).body), ['server', 'client', 'a']);
      assert.deepEqual(idsIn((await api.send('GET', 'ssls')).body), ['a', 'client', 'server']);
    });

    for (const [name, query, total] of [
      ['a page past the end', '?page=9&page_size=10', 2],
      ['a page where nothing fits', '?label=none&page=1&page_size=10', 0],
    ] as const) {
      it(`${name} as an empty table of Lua, which is no array`, async () =>
        assert.deepEqual((await api.send('GET', `ssls${query}`)).body, { total, list: {} }));
    }

    it('all where nothing fits as an array', async () =>
      assert.deepEqual((await api.send('GET', 'ssls?label=none')).body, { total: 0, list: [] }));

    it('nothing at all by page so too, and whole as an array', async () => {
      const empty = openApisixApi();
      assert.deepEqual((await empty.send('GET', 'ssls?page=1&page_size=10')).body, { total: 0, list: {} });
      assert.deepEqual((await empty.send('GET', 'ssls')).body, { total: 0, list: [] });
    });
  });

  describe('refuses', () => {
    const cases: readonly (readonly [
      name: string,
      method: Call['method'],
      path: string,
      body: unknown,
      status: number,
      says: string,
    ])[] = [
      ['what does not exist', 'GET', 'ssls/none', undefined, 404, '{"message":"Key not found"}'],
      ['to delete what does not exist', 'DELETE', 'ssls/none', undefined, 404, '{"message":"Key not found"}'],
      ['to patch what does not exist', 'PATCH', 'ssls/none', {}, 404, '{"message":"Key not found"}'],
      ['another kind', 'GET', 'server_info', undefined, 404, 'Unsupported resource type: server_info'],
      ['an unknown field', 'PUT', 'ssls/x', { ...ssl, bogus: 1 }, 400, 'additional properties forbidden, found bogus'],
      ['a name', 'PUT', 'ssls/x', { ...ssl, name: 'x' }, 400, 'additional properties forbidden, found name'],
      ['what GET showed', 'PUT', 'ssls/x', { ...ssl, create_time: 1 }, 400, 'the property is forbidden:  create_time'],
      ['an object without its key', 'PUT', 'ssls/x', sslWithoutKey, 400, 'then clause did not match'],
      ['an object without names', 'PUT', 'ssls/x', sslWithoutNames, 400, 'then clause did not match'],
      ['sni and snis together', 'PUT', 'ssls/x', { ...ssl, sni: 'a.test' }, 400, 'then clause did not match'],
      ['a wrong name, and shows it', 'PUT', 'ssls/x', { ...ssl, snis: ['*.*.com'] }, 400, '*.*.com'],
      ['an id that is too long', 'PUT', `ssls/${'x'.repeat(65)}`, ssl, 400, 'property \\"id\\"'],
      ['another id in the body', 'PUT', 'ssls/x', { ...ssl, id: 'y' }, 400, 'wrong ssl id'],
      ['an id for POST', 'POST', 'ssls', { ...ssl, id: 'y' }, 400, 'wrong ssl id, do not need it'],
      ['no id', 'PUT', 'ssls', ssl, 400, 'missing ssl id'],
      [
        'a key that is no PEM',
        'PUT',
        'ssls/x',
        { ...ssl, key: `\n${ssl.key}` },
        400,
        'failed to decrypt previous encrypted key',
      ],
      ['a certificate that is none', 'PUT', 'ssls/x', { ...ssl, cert: 'x'.repeat(200) }, 400, 'failed to parse cert'],
      ['a short CA', 'PUT', 'ssls/x', { ...ssl, client: { ca: 'x' } }, 400, 'string too short, expected at least 128'],
      [
        'a CA that is none',
        'PUT',
        'ssls/x',
        { ...ssl, client: { ca: 'x'.repeat(200) } },
        400,
        'failed to validate client_cert: failed to parse cert',
      ],
      [
        'a negative depth',
        'PUT',
        'ssls/x',
        { ...ssl, client: { ca: other.cert, depth: -1 } },
        400,
        'property \\"client\\"',
      ],
      [
        'no exempt paths',
        'PUT',
        'ssls/x',
        { ...ssl, client: { ca: other.cert, skip_mtls_uri_regex: [] } },
        400,
        'at least 1 items',
      ],
      [
        'more certificates than keys',
        'PUT',
        'ssls/x',
        { ...ssl, certs: [pair.cert], keys: [] },
        400,
        'mismatched number of certs and keys',
      ],
      [
        'a client certificate twice',
        'PUT',
        'upstreams/x',
        { ...upstream, tls: { client_cert_id: 'client', client_cert: pair.cert, client_key: pair.key } },
        400,
        'tls',
      ],
      [
        'a client certificate without its key',
        'PUT',
        'upstreams/x',
        { ...upstream, tls: { client_cert: pair.cert } },
        400,
        'client_key',
      ],
      [
        'a client certificate that is not there',
        'PUT',
        'upstreams/x',
        { ...upstream, tls: { client_cert_id: 'nope' } },
        400,
        'failed to fetch ssl info by ssl id [nope], response code: 404',
      ],
      [
        'a server certificate for a client',
        'PUT',
        'upstreams/x',
        { ...upstream, tls: { client_cert_id: 'server' } },
        400,
        'wrong ssl type',
      ],
      [
        'an upstream that is not there',
        'PUT',
        'services/x',
        { upstream_id: 'nope' },
        400,
        'failed to fetch upstream info by upstream id [nope], response code: 404',
      ],
      [
        'a service that is not there',
        'PUT',
        'routes/x',
        { uri: '/', service_id: 'nope' },
        400,
        'failed to fetch service info by service id [nope], response code: 404',
      ],
      ['a route that leads nowhere', 'PUT', 'routes/x', { uri: '/' }, 400, 'object matches none of the required'],
      [
        'to delete an upstream that is used',
        'DELETE',
        'upstreams/up',
        undefined,
        400,
        'can not delete this upstream, service [sv] is still using it now',
      ],
      [
        'to delete a service that is used',
        'DELETE',
        'services/sv',
        undefined,
        400,
        'can not delete this service directly, route [rt] is still using it now',
      ],
      [
        'a page that is too small, in a text',
        'GET',
        'ssls?page=1&page_size=9',
        undefined,
        400,
        'page_size must be between 10 and 500',
      ],
      [
        'malformed JSON, and echoes it',
        'PUT',
        'ssls/x',
        '{"key":"-----BEGIN',
        400,
        '"req_body":"{\\"key\\":\\"-----BEGIN"',
      ],
      [
        'a delay, which the stand-in does not play',
        'PUT',
        'routes/x',
        { uri: '/', service_id: 'sv', plugins: { 'fault-injection': { delay: { duration: 1 } } } },
        400,
        'does not play delays',
      ],
    ];
    for (const [name, method, path, body, status, says] of cases) {
      it(`${name}: ${status}`, async () => {
        const { changes } = api.seen;
        const answer = await api.send(method, path, body);
        assert.equal(answer.status, status, answer.text);
        assert.ok(answer.text.includes(says), answer.text);
        assert.equal(api.seen.changes, changes);
      });
    }
  });

  describe('takes what the real one was seen to take', () => {
    const cases: readonly (readonly [name: string, path: string, body: unknown])[] = [
      ['a key of another certificate', 'ssls/x', { ...ssl, key: other.key }],
      ['a name that another object has', 'ssls/x', ssl],
      ['an exempt path that is no regex', 'ssls/x', { ...ssl, client: { ca: other.cert, skip_mtls_uri_regex: ['('] } }],
      ['a private key beside the certificate', 'ssls/x', { ...ssl, cert: ssl.cert + ssl.key }],
      ['unknown fields of tls', 'upstreams/x', { ...upstream, tls: { ca: 'x', ca_certs: 1, sni: 'x' } }],
      ['nodes as a map', 'upstreams/x', { nodes: { '10.0.0.7:8443': 1 } }],
      ['everything behind a slash of an id', 'ssls/server/b', ssl],
    ];
    for (const [name, path, body] of cases) {
      it(name, async () => assert.ok([200, 201].includes((await api.send('PUT', path, body)).status)));
    }

    it('an id that ends at a slash, also an encoded one, for the object before it', async () => {
      assert.equal((await api.send('PUT', 'ssls/server%2Fb', ssl)).status, 200);
      assert.equal((await api.send('GET', 'ssls')).body['total'], 2);
    });

    it('the deletion of a client certificate that an upstream presents', async () => {
      assert.equal((await api.send('DELETE', 'ssls/client')).status, 200);
    });

    it('any deletion with force', async () => {
      assert.equal((await api.send('DELETE', 'upstreams/up?force=true')).status, 200);
    });
  });

  describe('patches', () => {
    const client = async () => ((await api.send('GET', 'ssls/server')).body['value'] as typeof ssl).client;

    it('by merging, so that other fields stay', async () => {
      assert.equal((await api.send('PATCH', 'ssls/server', { client: { ca: pair.cert } })).status, 200);
      assert.deepEqual(await client(), { ca: pair.cert, depth: 2 });
    });

    it('by removing what is null', async () => {
      assert.equal((await api.send('PATCH', 'ssls/server', { client: null })).status, 200);
      assert.equal(await client(), undefined);
    });

    it('one value at a path', async () => {
      assert.equal((await api.send('PATCH', 'ssls/server/client/depth', 5)).status, 200);
      assert.deepEqual(await client(), { ca: other.cert, depth: 5 });
    });

    it('and refuses a result that would be refused', async () => {
      assert.equal((await api.send('PATCH', 'ssls/server', { bogus: 1 })).status, 400);
      assert.equal((await api.send('PATCH', 'ssls/server/cert/0', 'x')).status, 400);
    });
  });

  describe('validates without storing', () => {
    it('against the schema only, by the plural of the kind', async () => {
      const validate = async (kind: string, body: object) =>
        (await api.send('POST', `schema/validate/${kind}`, body)).status;
      assert.deepEqual(
        [
          await validate('ssls', { ...ssl, cert: 'x'.repeat(200) }),
          await validate('ssls', { ...ssl, bogus: 1 }),
          await validate('ssl', ssl),
        ],
        [200, 400, 404],
      );
    });

    it('a whole configuration, and names what is wrong', async () => {
      assert.equal((await api.send('POST', 'configs/validate', { ssls: [ssl] })).status, 200);
      const { status, body } = await api.send('POST', 'configs/validate', { ssls: [ssl, clientSsl, {}] });
      assert.equal(status, 400);
      assert.deepEqual(
        (body['errors'] as { resource_type: string; index: number }[]).map(({ resource_type, index }) => [
          resource_type,
          index,
        ]),
        [['ssls', 2]],
      );
    });

    it('and shows the schema of a kind', async () => {
      assert.equal((await api.send('GET', 'schema/ssl')).body['additionalProperties'], false);
    });
  });
});
