import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type AdminApi, openAdminApi } from './admin-api.ts';
import { ca, certificate, fill, other, pair, route, service, sni } from './objects.ts';

describe('the Admin API of the stand-in', () => {
  let api: AdminApi;
  beforeEach(async () => {
    api = openAdminApi();
    await fill(api);
  });
  afterEach(() => api.close());

  const shown = async (path: string) =>
    (await api.call({ method: 'GET', url: api.inGroup(path) })).body['value'] as Record<string, unknown>;

  describe('shows', () => {
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
      assert.deepEqual([status, strip_path_prefix], [1, true]);
      assert.deepEqual(upstream, {
        ...service.upstream,
        nodes: service.upstream.nodes.map((node) => ({ ...node, priority: 0 })),
        name: 'default',
        type: 'roundrobin',
        pass_host: 'pass',
        hash_on: 'vars',
        retry_timeout: 0,
      });
    });
  });

  it('does not keep the second name of an id that ADC sends', async () => {
    await api.put('services', 'up', { ...service, service_id: 'up' });
    await api.put('routes', 'hello', { ...route, route_id: 'hello' });
    const { service_id: ofService } = await shown('services/up');
    const { service_id, route_id } = await shown('routes/hello');
    assert.deepEqual(
      { ofService, service_id, route_id },
      { ofService: undefined, service_id: 'up', route_id: undefined },
    );
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
